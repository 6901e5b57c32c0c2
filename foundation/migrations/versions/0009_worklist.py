"""Contacts made, what the rules found, and proposals to step up or down."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkup",
        sa.Column("id", sa.String(20), primary_key=True),
        _person("member_id", ondelete="CASCADE", nullable=False),
        _person("by_id", nullable=False),
        sa.Column(
            "planned_contact_id", sa.String(20), sa.ForeignKey("planned_contact.id", ondelete="SET NULL")
        ),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        _moment("at", nullable=False),
        _moment("taken_back_at"),
    )
    op.create_index("ix_checkup_member_at", "checkup", ["member_id", "at"])
    op.create_index("ix_checkup_at", "checkup", ["at"])
    op.create_index("ix_checkup_planned_contact_id", "checkup", ["planned_contact_id"])
    op.create_table(
        "care_step",
        sa.Column("id", sa.String(20), primary_key=True),
        _person("member_id", ondelete="CASCADE", nullable=False),
        sa.Column(
            "plan_id", sa.String(20), sa.ForeignKey("care_plan.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("direction", sa.Integer(), nullable=False),
        sa.Column("grounds", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        _moment("proposed_at", nullable=False),
        _moment("decided_at"),
        _person("decided_by"),
        sa.Column("reason", sa.LargeBinary()),
    )
    op.create_index("ix_care_step_plan_id", "care_step", ["plan_id"])
    op.create_index("ix_care_step_member_state", "care_step", ["member_id", "state"])
    op.create_table(
        "care_concern",
        sa.Column("id", sa.String(20), primary_key=True),
        _person("member_id", ondelete="CASCADE", nullable=False),
        sa.Column("rule", sa.LargeBinary(), nullable=False),
        sa.Column("grounds", sa.LargeBinary(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        _moment("raised_at", nullable=False),
        _moment("ended_at"),
        _person("ended_by"),
        sa.Column("ended", sa.String(20)),
        sa.Column("reason", sa.LargeBinary()),
    )
    op.create_index("ix_care_concern_member_ended", "care_concern", ["member_id", "ended_at"])
    op.create_table(
        "care_round",
        sa.Column("timezone", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("after", sa.String(20), nullable=False),
        _moment("done_at"),
    )


def _person(name: str, *, nullable: bool = True, ondelete: str | None = None) -> sa.Column:
    return sa.Column(
        name, sa.String(20), sa.ForeignKey("person.id", ondelete=ondelete), nullable=nullable
    )


def _moment(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
