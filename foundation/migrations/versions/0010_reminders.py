"""Channels of reminders, and links for one act."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _choices()
    _ways()
    _links()
    op.create_table(
        "house_setting",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    is_open = sa.text("done_at IS NULL")
    op.create_index(
        "ix_outbox_delivery_open",
        "outbox_delivery",
        ["due_at"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.drop_index("ix_outbox_delivery_due_at", "outbox_delivery")


def _choices() -> None:
    op.create_table(
        "reminder_choice",
        _person(primary_key=True),
        sa.Column("channel", sa.String(6), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("check_ins", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )


def _ways() -> None:
    op.create_table(
        "text_number_proof",
        _person(primary_key=True),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.String(20), primary_key=True),
        _person(nullable=False),
        sa.Column("session_id", sa.String(20), sa.ForeignKey("auth_session.id", ondelete="SET NULL")),
        sa.Column("endpoint_digest", sa.String(64), nullable=False),
        sa.Column("endpoint", sa.LargeBinary(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.String(60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("endpoint_digest", name="uq_push_subscription_endpoint_digest"),
    )
    op.create_index("ix_push_subscription_person_id", "push_subscription", ["person_id"])
    op.create_index("ix_push_subscription_session_id", "push_subscription", ["session_id"])


def _links() -> None:
    op.create_table(
        "reminder_link",
        sa.Column("token_digest", sa.String(64), primary_key=True),
        _appointment(nullable=False),
        _person(nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_reminder_link_appointment_id", "reminder_link", ["appointment_id"])
    op.create_index("ix_reminder_link_expires_at", "reminder_link", ["expires_at"])
    op.create_table(
        "appointment_confirmation",
        _appointment(primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
    )


def _person(**more) -> sa.Column:
    return sa.Column("person_id", sa.String(20), sa.ForeignKey("person.id", ondelete="CASCADE"), **more)


def _appointment(**more) -> sa.Column:
    ending = sa.ForeignKey("appointment.id", ondelete="CASCADE")
    return sa.Column("appointment_id", sa.String(20), ending, **more)
