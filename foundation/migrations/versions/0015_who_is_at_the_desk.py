"""Whether somebody is at a room's desk, without looking at everybody in it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_room_presence_at_desk",
        "room_presence",
        ["room_id"],
        sqlite_where=sa.text("moderates = 1"),
        postgresql_where=sa.text("moderates"),
    )
