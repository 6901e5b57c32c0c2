"""Care plans, their templates and their planned contacts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RUNNING = sa.text("status IN ('draft', 'active')")


def upgrade() -> None:
    _templates()
    _plans()
    _contacts()


def _templates() -> None:
    op.create_table(
        "plan_template",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(20), sa.ForeignKey("person.id")),
        _moment("created_at"),
        _moment("retired_at", nullable=True),
        sa.UniqueConstraint("slug", "version", name=op.f("uq_plan_template_slug_version")),
    )


def _plans() -> None:
    op.create_table(
        "care_plan",
        sa.Column("id", sa.String(20), primary_key=True),
        _member(),
        sa.Column("practitioner_id", sa.String(20), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("begun_by", sa.String(20), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("template_id", sa.String(20), sa.ForeignKey("plan_template.id"), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("assessment", "goals", "triggers", "draft")),
        sa.Column("arrangement", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _moment("created_at"),
        _moment("changed_at"),
        _moment("confirmed_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("end_reason", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'active', 'completed', 'revoked')", name=op.f("ck_care_plan_status")
        ),
        sa.CheckConstraint("level BETWEEN -1 AND 1", name=op.f("ck_care_plan_level")),
    )
    op.create_index(
        "uq_care_plan_running",
        "care_plan",
        ["member_id", "status"],
        unique=True,
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )
    op.create_index("ix_care_plan_practitioner", "care_plan", ["practitioner_id", "status"])
    op.create_index("ix_care_plan_member_id", "care_plan", ["member_id"])


def _contacts() -> None:
    appointment = sa.ForeignKey("appointment.id", ondelete="SET NULL")
    op.create_table(
        "planned_contact",
        sa.Column("id", sa.String(20), primary_key=True),
        sa.Column(
            "plan_id", sa.String(20), sa.ForeignKey("care_plan.id", ondelete="CASCADE"), nullable=False
        ),
        _member(),
        sa.Column("practitioner_id", sa.String(20), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("due_from", sa.Date(), nullable=False),
        sa.Column("due_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("appointment_id", sa.String(20), appointment),
        _moment("done_at", nullable=True),
        sa.CheckConstraint("due_from <= due_by", name=op.f("ck_planned_contact_forwards")),
        sa.CheckConstraint(
            "state IN ('due', 'booked', 'done', 'missed', 'dropped')", name=op.f("ck_planned_contact_state")
        ),
        sa.UniqueConstraint(
            "plan_id", "kind", "code", "due_from", name=op.f("uq_planned_contact_plan_id_kind_code_due_from")
        ),
    )
    for whose in ("practitioner", "member"):
        columns = [f"{whose}_id", "state", "due_by"]
        op.create_index(f"ix_planned_contact_{whose}", "planned_contact", columns)
    op.create_index("ix_planned_contact_appointment_id", "planned_contact", ["appointment_id"])


def _member() -> sa.Column:
    key = sa.ForeignKey("person.id", ondelete="CASCADE")
    return sa.Column("member_id", sa.String(20), key, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
