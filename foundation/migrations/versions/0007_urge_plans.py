"""Urge plans and supporters."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _steps()
    _supporters()


def _steps() -> None:
    op.create_table(
        "urge_plan",
        sa.Column("member_id", sa.String(20), _person(), primary_key=True),
        _sealed("signs"),
        _sealed("reasons"),
        _sealed("steps"),
        _sealed("places"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.String(20), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
    )


def _supporters() -> None:
    op.create_table(
        "supporter",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("member_id", sa.String(20), _person(), nullable=False),
        _sealed("name"),
        _sealed("phone"),
        _sealed("relation"),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_supporter_member_id", "supporter", ["member_id"])


def _sealed(name: str) -> sa.Column:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _person() -> sa.ForeignKey:
    return sa.ForeignKey("person.id", ondelete="CASCADE")
