"""Booking made whole: series, groups with seats, the waiting list, blocked time, forms, invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ADDED_COLUMNS = (
    "service ADD COLUMN seats INTEGER DEFAULT 1 NOT NULL CONSTRAINT ck_service_seats CHECK (seats BETWEEN 1 AND 500)",
    "service ADD COLUMN approval BOOLEAN DEFAULT false NOT NULL",
    "service ADD COLUMN phone_fallback BOOLEAN DEFAULT true NOT NULL",
    "service ADD COLUMN place TEXT DEFAULT '' NOT NULL",
    "service ADD COLUMN offer_minutes INTEGER DEFAULT 60 NOT NULL CONSTRAINT ck_service_offer CHECK (offer_minutes BETWEEN 5 AND 2880)",
    "service ADD COLUMN intake_id VARCHAR(20) CONSTRAINT fk_service_intake_id REFERENCES questionnaire (id)",
    "service ADD COLUMN revision INTEGER DEFAULT 0 NOT NULL",
    "schedule ADD COLUMN daily_limit INTEGER CONSTRAINT ck_schedule_daily CHECK (daily_limit > 0)",
    "schedule ADD COLUMN weekly_limit INTEGER CONSTRAINT ck_schedule_weekly CHECK (weekly_limit > 0)",
    "appointment ADD COLUMN series_id VARCHAR(20) CONSTRAINT fk_appointment_series_id REFERENCES series (id)",
    "appointment ADD COLUMN series_date DATE",
    "appointment ADD COLUMN exception BOOLEAN DEFAULT false NOT NULL",
    "appointment ADD COLUMN occurrence_id VARCHAR(20) CONSTRAINT fk_appointment_occurrence_id REFERENCES group_occurrence (id)",
    "occupancy ADD COLUMN occurrence_id VARCHAR(20) CONSTRAINT fk_occupancy_occurrence_id REFERENCES group_occurrence (id)",
    "occupancy ADD COLUMN seat_of VARCHAR(20) CONSTRAINT fk_occupancy_seat_of REFERENCES group_occurrence (id)",
)
"""In plain SQL: rebuilding a table, as Alembic does it on SQLite, would lose the overlap triggers."""


def upgrade() -> None:
    create_tables()
    for column in ADDED_COLUMNS:
        op.execute(f"ALTER TABLE {column}")
    op.add_column("appointment", sa.Column("override_reason", sa.LargeBinary()))
    op.add_column("occupancy", sa.Column("typed", sa.LargeBinary()))
    op.add_column("signin_attempt", sa.Column("newcomer", sa.LargeBinary()))
    op.create_index(op.f("ix_appointment_occurrence_id"), "appointment", ["occurrence_id"])
    op.create_index("ix_appointment_series", "appointment", ["series_id", "series_date"])
    op.create_index(op.f("ix_occupancy_occurrence_id"), "occupancy", ["occurrence_id"], unique=True)
    op.create_index(op.f("ix_occupancy_seat_of"), "occupancy", ["seat_of"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE outbox_delivery ALTER COLUMN key TYPE VARCHAR(120) COLLATE "C"')
    with op.batch_alter_table("idempotency_key") as table:
        table.drop_constraint("fk_idempotency_key_appointment_id", type_="foreignkey")
        table.alter_column("appointment_id", new_column_name="result_id")


def create_tables() -> None:
    op.create_table('questionnaire',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('items', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire')),
    sa.UniqueConstraint('slug', 'version', name=op.f('uq_questionnaire_slug_version'))
    )
    op.create_table('series',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('service_id', sa.String(length=20), nullable=False),
    sa.Column('practitioner_id', sa.String(length=20), nullable=False),
    sa.Column('member_id', sa.String(length=20), nullable=True),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('timezone', sa.String(length=60), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('minute_of_day', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('every_weeks', sa.Integer(), nullable=False),
    sa.Column('first_date', sa.Date(), nullable=False),
    sa.Column('until_date', sa.Date(), nullable=True),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('booked_by', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('every_weeks BETWEEN 1 AND 12', name=op.f('ck_series_every')),
    sa.CheckConstraint('minute_of_day BETWEEN 0 AND 1439', name=op.f('ck_series_minute')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_series_weekday')),
    sa.ForeignKeyConstraint(['booked_by'], ['person.id'], name=op.f('fk_series_booked_by')),
    sa.ForeignKeyConstraint(['member_id'], ['person.id'], name=op.f('fk_series_member_id')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['person.id'], name=op.f('fk_series_practitioner_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_series_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('uid', name=op.f('uq_series_uid'))
    )
    op.create_table('service_invitation',
    sa.Column('service_id', sa.String(length=20), nullable=False),
    sa.Column('member_id', sa.String(length=20), nullable=False),
    sa.Column('invited_by', sa.String(length=20), nullable=False),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['invited_by'], ['person.id'], name=op.f('fk_service_invitation_invited_by')),
    sa.ForeignKeyConstraint(['member_id'], ['person.id'], name=op.f('fk_service_invitation_member_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_invitation_service_id')),
    sa.PrimaryKeyConstraint('service_id', 'member_id', name=op.f('pk_service_invitation'))
    )
    op.create_table('group_occurrence',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('service_id', sa.String(length=20), nullable=False),
    sa.Column('practitioner_id', sa.String(length=20), nullable=False),
    sa.Column('series_id', sa.String(length=20), nullable=True),
    sa.Column('series_date', sa.Date(), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('exception', sa.Boolean(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('active', 'cancelled')", name=op.f('ck_group_occurrence_status')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_group_occurrence_forwards')),
    sa.CheckConstraint('taken BETWEEN 0 AND capacity', name=op.f('ck_group_occurrence_taken')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['person.id'], name=op.f('fk_group_occurrence_practitioner_id')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_group_occurrence_series_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_group_occurrence_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_occurrence')),
    sa.UniqueConstraint('series_id', 'series_date', name=op.f('uq_group_occurrence_series_id_series_date'))
    )
    op.create_table('membership',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('series_id', sa.String(length=20), nullable=False),
    sa.Column('member_id', sa.String(length=20), nullable=False),
    sa.Column('from_date', sa.Date(), nullable=False),
    sa.Column('until_date', sa.Date(), nullable=True),
    sa.Column('added_by', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('until_date >= from_date', name=op.f('ck_membership_forwards')),
    sa.ForeignKeyConstraint(['added_by'], ['person.id'], name=op.f('fk_membership_added_by')),
    sa.ForeignKeyConstraint(['member_id'], ['person.id'], name=op.f('fk_membership_member_id')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_membership_series_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership'))
    )
    op.create_table('series_shift',
    sa.Column('series_id', sa.String(length=20), nullable=False),
    sa.Column('from_date', sa.Date(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('minute_of_day', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_series_shift_series_id')),
    sa.PrimaryKeyConstraint('series_id', 'from_date', name=op.f('pk_series_shift'))
    )
    op.create_table('questionnaire_response',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('questionnaire_id', sa.String(length=20), nullable=False),
    sa.Column('member_id', sa.String(length=20), nullable=False),
    sa.Column('appointment_id', sa.String(length=20), nullable=True),
    sa.Column('answers', sa.LargeBinary(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_questionnaire_response_appointment_id')),
    sa.ForeignKeyConstraint(['member_id'], ['person.id'], name=op.f('fk_questionnaire_response_member_id')),
    sa.ForeignKeyConstraint(['questionnaire_id'], ['questionnaire.id'], name=op.f('fk_questionnaire_response_questionnaire_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_questionnaire_response')),
    sa.UniqueConstraint('questionnaire_id', 'member_id', 'appointment_id', name=op.f('uq_questionnaire_response_questionnaire_id_member_id_appointment_id'))
    )
    op.create_table('seat',
    sa.Column('occurrence_id', sa.String(length=20), nullable=False),
    sa.Column('member_id', sa.String(length=20), nullable=False),
    sa.Column('appointment_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_seat_appointment_id')),
    sa.ForeignKeyConstraint(['member_id'], ['person.id'], name=op.f('fk_seat_member_id')),
    sa.ForeignKeyConstraint(['occurrence_id'], ['group_occurrence.id'], name=op.f('fk_seat_occurrence_id')),
    sa.PrimaryKeyConstraint('occurrence_id', 'member_id', name=op.f('pk_seat')),
    sa.UniqueConstraint('appointment_id', name=op.f('uq_seat_appointment_id'))
    )
    op.create_table('time_block',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('occupancy_id', sa.String(length=20), nullable=False),
    sa.Column('practitioner_id', sa.String(length=20), nullable=False),
    sa.Column('title', sa.LargeBinary(), nullable=False),
    sa.Column('created_by', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_time_block_created_by')),
    sa.ForeignKeyConstraint(['occupancy_id'], ['occupancy.id'], name=op.f('fk_time_block_occupancy_id')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['person.id'], name=op.f('fk_time_block_practitioner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_time_block')),
    sa.UniqueConstraint('occupancy_id', name=op.f('uq_time_block_occupancy_id'))
    )
    op.create_table('waitlist_entry',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('member_id', sa.String(length=20), nullable=False),
    sa.Column('service_id', sa.String(length=20), nullable=False),
    sa.Column('practitioner_id', sa.String(length=20), nullable=True),
    sa.Column('occurrence_id', sa.String(length=20), nullable=True),
    sa.Column('series_id', sa.String(length=20), nullable=True),
    sa.Column('until_date', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('offer_id', sa.String(length=20), nullable=True),
    sa.Column('offered_practitioner_id', sa.String(length=20), nullable=True),
    sa.Column('offered_occurrence_id', sa.String(length=20), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('offers', sa.Integer(), nullable=False),
    sa.Column('kept', sa.JSON(), nullable=False),
    sa.Column('passed', sa.JSON(), nullable=False),
    sa.Column('appointment_id', sa.String(length=20), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_waitlist_entry_appointment_id')),
    sa.ForeignKeyConstraint(['member_id'], ['person.id'], name=op.f('fk_waitlist_entry_member_id')),
    sa.ForeignKeyConstraint(['occurrence_id'], ['group_occurrence.id'], name=op.f('fk_waitlist_entry_occurrence_id')),
    sa.ForeignKeyConstraint(['offer_id'], ['occupancy.id'], name=op.f('fk_waitlist_entry_offer_id')),
    sa.ForeignKeyConstraint(['offered_occurrence_id'], ['group_occurrence.id'], name=op.f('fk_waitlist_entry_offered_occurrence_id')),
    sa.ForeignKeyConstraint(['offered_practitioner_id'], ['person.id'], name=op.f('fk_waitlist_entry_offered_practitioner_id')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['person.id'], name=op.f('fk_waitlist_entry_practitioner_id')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_waitlist_entry_series_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_waitlist_entry_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waitlist_entry'))
    )
    op.create_index(op.f('ix_series_member_id'), 'series', ['member_id'], unique=False)
    op.create_index(op.f('ix_series_practitioner_id'), 'series', ['practitioner_id'], unique=False)
    op.create_index(op.f('ix_service_invitation_member_id'), 'service_invitation', ['member_id'], unique=False)
    op.create_index('ix_group_occurrence_practitioner_start', 'group_occurrence', ['practitioner_id', 'starts_at'], unique=False)
    op.create_index(op.f('ix_membership_member_id'), 'membership', ['member_id'], unique=False)
    op.create_index(op.f('ix_membership_series_id'), 'membership', ['series_id'], unique=False)
    op.create_index(op.f('ix_questionnaire_response_appointment_id'), 'questionnaire_response', ['appointment_id'], unique=False)
    op.create_index(op.f('ix_questionnaire_response_member_id'), 'questionnaire_response', ['member_id'], unique=False)
    op.create_index(op.f('ix_seat_member_id'), 'seat', ['member_id'], unique=False)
    op.create_index(op.f('ix_time_block_practitioner_id'), 'time_block', ['practitioner_id'], unique=False)
    op.create_index(op.f('ix_waitlist_entry_expires_at'), 'waitlist_entry', ['expires_at'], unique=False)
    op.create_index(op.f('ix_waitlist_entry_member_id'), 'waitlist_entry', ['member_id'], unique=False)
    op.create_index('ix_waitlist_entry_service_state', 'waitlist_entry', ['service_id', 'state', 'created_at'], unique=False)
