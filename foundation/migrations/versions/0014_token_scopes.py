"""What a token of a program may do: read, or read and write."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tokens from before could write, and still can."""
    scope = sa.Column("scope", sa.String(8), nullable=False, server_default="write")
    op.add_column("api_token", scope)
