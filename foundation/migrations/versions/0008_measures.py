"""Measures and check-ins: who answered what."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_UNSENT = sa.text("completed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "measure_response",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column(
            "member_id", sa.String(20), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("score", sa.LargeBinary(), nullable=True),
        sa.Column("planned_contact_id", sa.String(20), nullable=True),
        _moment("started_at", nullable=False),
        _moment("changed_at", nullable=False),
        _moment("completed_at", nullable=True),
    )
    asked = ["member_id", "code", "completed_at"]
    op.create_index("ix_measure_response_member_code", "measure_response", asked)
    op.create_index(
        "ux_measure_response_unsent",
        "measure_response",
        ["member_id", "code"],
        unique=True,
        sqlite_where=_UNSENT,
        postgresql_where=_UNSENT,
    )


def _moment(name: str, *, nullable: bool) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
