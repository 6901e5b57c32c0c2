"""The house as it first stands."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

OVERLAP_SQLITE = (
    """
CREATE TRIGGER occupancy_practitioner_overlap_insert BEFORE INSERT ON occupancy
WHEN NEW.status = 'active' AND NEW.kind <> 'external' AND EXISTS (
    SELECT 1 FROM occupancy AS taken
    WHERE taken.practitioner_id = NEW.practitioner_id AND taken.status = 'active' AND taken.kind <> 'external' AND taken.id <> NEW.id
    AND taken.starts_at > datetime(NEW.starts_at, '-24 hours')
    AND taken.starts_at < NEW.ends_at AND taken.ends_at > NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'occupancy_practitioner_overlap'); END""",
    """
CREATE TRIGGER occupancy_practitioner_overlap_update BEFORE UPDATE OF practitioner_id, member_id, starts_at, ends_at, kind, status ON occupancy
WHEN NEW.status = 'active' AND NEW.kind <> 'external' AND EXISTS (
    SELECT 1 FROM occupancy AS taken
    WHERE taken.practitioner_id = NEW.practitioner_id AND taken.status = 'active' AND taken.kind <> 'external' AND taken.id <> NEW.id
    AND taken.starts_at > datetime(NEW.starts_at, '-24 hours')
    AND taken.starts_at < NEW.ends_at AND taken.ends_at > NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'occupancy_practitioner_overlap'); END""",
    """
CREATE TRIGGER occupancy_member_overlap_insert BEFORE INSERT ON occupancy
WHEN NEW.status = 'active' AND NEW.kind <> 'external' AND EXISTS (
    SELECT 1 FROM occupancy AS taken
    WHERE taken.member_id = NEW.member_id AND taken.status = 'active' AND taken.kind <> 'external' AND taken.id <> NEW.id
    AND taken.starts_at > datetime(NEW.starts_at, '-24 hours')
    AND taken.starts_at < NEW.ends_at AND taken.ends_at > NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'occupancy_member_overlap'); END""",
    """
CREATE TRIGGER occupancy_member_overlap_update BEFORE UPDATE OF practitioner_id, member_id, starts_at, ends_at, kind, status ON occupancy
WHEN NEW.status = 'active' AND NEW.kind <> 'external' AND EXISTS (
    SELECT 1 FROM occupancy AS taken
    WHERE taken.member_id = NEW.member_id AND taken.status = 'active' AND taken.kind <> 'external' AND taken.id <> NEW.id
    AND taken.starts_at > datetime(NEW.starts_at, '-24 hours')
    AND taken.starts_at < NEW.ends_at AND taken.ends_at > NEW.starts_at)
BEGIN SELECT RAISE(ABORT, 'occupancy_member_overlap'); END""",
    """
CREATE TRIGGER occupancy_length_insert BEFORE INSERT ON occupancy
WHEN unixepoch(NEW.ends_at) - unixepoch(NEW.starts_at) > 86400
BEGIN SELECT RAISE(ABORT, 'occupancy_length'); END""",
    """
CREATE TRIGGER occupancy_length_update BEFORE UPDATE OF practitioner_id, member_id, starts_at, ends_at, kind, status ON occupancy
WHEN unixepoch(NEW.ends_at) - unixepoch(NEW.starts_at) > 86400
BEGIN SELECT RAISE(ABORT, 'occupancy_length'); END""",
)
OVERLAP_POSTGRESQL = (
    """
ALTER TABLE occupancy ADD CONSTRAINT occupancy_practitioner_overlap EXCLUDE USING gist
(practitioner_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
WHERE (status = 'active' AND kind <> 'external')""",
    """
ALTER TABLE occupancy ADD CONSTRAINT occupancy_member_overlap EXCLUDE USING gist
(member_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
WHERE (status = 'active' AND kind <> 'external')""",
    """ALTER TABLE occupancy ADD CONSTRAINT occupancy_length CHECK (ends_at - starts_at <= interval '24 hours')""",
)
APPEND_ONLY_SQLITE = tuple(
    f"""
CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb.upper()} ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END"""
    for verb in ("update", "delete")
)
APPEND_ONLY_POSTGRESQL = (
    """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
    """
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
)


def upgrade() -> None:
    on_postgres = op.get_bind().dialect.name == "postgresql"
    if on_postgres:
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    create_tables()
    guards = OVERLAP_POSTGRESQL + APPEND_ONLY_POSTGRESQL if on_postgres else OVERLAP_SQLITE + APPEND_ONLY_SQLITE
    for guard in guards:
        op.execute(guard)


def create_tables() -> None:
    op.create_table('audit_entry',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.String(length=20), nullable=True),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('object_kind', sa.String(length=40), nullable=False),
    sa.Column('object_id', sa.String(length=60), nullable=False),
    sa.Column('request_id', sa.String(length=40), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    op.create_index(op.f('ix_audit_entry_actor_id'), 'audit_entry', ['actor_id'], unique=False)
    op.create_index(op.f('ix_audit_entry_at'), 'audit_entry', ['at'], unique=False)
    op.create_index(op.f('ix_audit_entry_object_id'), 'audit_entry', ['object_id'], unique=False)
    op.create_table('meeting',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('timezone', sa.String(length=60), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('minute_of_day', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('first_date', sa.Date(), nullable=False),
    sa.Column('until_date', sa.Date(), nullable=True),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('audience', sa.String(length=10), nullable=False),
    sa.Column('call_url', sa.LargeBinary(), nullable=True),
    sa.Column('types', sa.JSON(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('minute_of_day BETWEEN 0 AND 1439', name=op.f('ck_meeting_minute')),
    sa.CheckConstraint('minutes BETWEEN 5 AND 720', name=op.f('ck_meeting_length')),
    sa.CheckConstraint('weekday BETWEEN 0 AND 6', name=op.f('ck_meeting_weekday')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('slug', name=op.f('uq_meeting_slug'))
    )
    op.create_table('outbox_delivery',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('sealed_refs', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('not_after', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.String(length=200), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_delivery')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_delivery_key'))
    )
    op.create_index(op.f('ix_outbox_delivery_due_at'), 'outbox_delivery', ['due_at'], unique=False)
    op.create_table('person',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('timezone', sa.String(length=64), nullable=False),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('theme', sa.String(length=6), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('departed_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email'))
    )
    op.create_table('service',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('gap_minutes', sa.Integer(), nullable=False),
    sa.Column('notice_minutes', sa.Integer(), nullable=False),
    sa.Column('horizon_days', sa.Integer(), nullable=False),
    sa.Column('cancel_minutes', sa.Integer(), nullable=False),
    sa.Column('step_minutes', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=10), nullable=False),
    sa.Column('audience', sa.String(length=10), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.CheckConstraint('gap_minutes BETWEEN 0 AND 240', name=op.f('ck_service_gap')),
    sa.CheckConstraint('horizon_days BETWEEN 1 AND 366', name=op.f('ck_service_horizon')),
    sa.CheckConstraint('minutes BETWEEN 5 AND 480', name=op.f('ck_service_length')),
    sa.CheckConstraint('notice_minutes >= 0 AND cancel_minutes >= 0', name=op.f('ck_service_windows')),
    sa.CheckConstraint('step_minutes BETWEEN 5 AND 240', name=op.f('ck_service_step')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service')),
    sa.UniqueConstraint('slug', name=op.f('uq_service_slug'))
    )
    op.create_table('throttle_count',
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.Column('key_digest', sa.String(length=64), nullable=False),
    sa.Column('window_start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'key_digest', 'window_start', name=op.f('pk_throttle_count'))
    )
    op.create_index(op.f('ix_throttle_count_window_start'), 'throttle_count', ['window_start'], unique=False)
    op.create_table('api_token',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=20), nullable=False),
    sa.Column('label', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_api_token_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_token_digest'))
    )
    op.create_index(op.f('ix_api_token_person_id'), 'api_token', ['person_id'], unique=False)
    op.create_table('appointment',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('uid', sa.String(length=36), nullable=False),
    sa.Column('service_id', sa.String(length=20), nullable=False),
    sa.Column('practitioner_id', sa.String(length=20), nullable=False),
    sa.Column('member_id', sa.String(length=20), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=False),
    sa.Column('phone_fallback', sa.Boolean(), nullable=False),
    sa.Column('booked_by', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('moved_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('moved_by', sa.String(length=20), nullable=True),
    sa.Column('cancelled_by', sa.String(length=20), nullable=True),
    sa.Column('cancelled_late', sa.Boolean(), nullable=False),
    sa.Column('cancel_reason', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_appointment_forwards')),
    sa.ForeignKeyConstraint(['booked_by'], ['person.id'], name=op.f('fk_appointment_booked_by')),
    sa.ForeignKeyConstraint(['cancelled_by'], ['person.id'], name=op.f('fk_appointment_cancelled_by')),
    sa.ForeignKeyConstraint(['member_id'], ['person.id'], name=op.f('fk_appointment_member_id')),
    sa.ForeignKeyConstraint(['moved_by'], ['person.id'], name=op.f('fk_appointment_moved_by')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['person.id'], name=op.f('fk_appointment_practitioner_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_appointment_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appointment')),
    sa.UniqueConstraint('uid', name=op.f('uq_appointment_uid'))
    )
    op.create_index('ix_appointment_member_start', 'appointment', ['member_id', 'starts_at'], unique=False)
    op.create_index('ix_appointment_practitioner_start', 'appointment', ['practitioner_id', 'starts_at'], unique=False)
    op.create_table('auth_session',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=20), nullable=False),
    sa.Column('device', sa.String(length=60), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_auth_session_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_auth_session')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_auth_session_token_digest'))
    )
    op.create_index(op.f('ix_auth_session_person_id'), 'auth_session', ['person_id'], unique=False)
    op.create_index(op.f('ix_auth_session_seen_at'), 'auth_session', ['seen_at'], unique=False)
    op.create_table('calendar_feed',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('owner_id', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('ending', sa.String(length=4), nullable=False),
    sa.Column('title', sa.String(length=60), nullable=False),
    sa.Column('wording', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_calendar_feed_owner_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_calendar_feed_token_digest'))
    )
    op.create_index(op.f('ix_calendar_feed_owner_id'), 'calendar_feed', ['owner_id'], unique=False)
    op.create_table('meeting_change',
    sa.Column('meeting_id', sa.String(length=20), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('cancelled', sa.Boolean(), nullable=False),
    sa.Column('new_date', sa.Date(), nullable=True),
    sa.Column('new_minute', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_change_meeting_id')),
    sa.PrimaryKeyConstraint('meeting_id', 'date', name=op.f('pk_meeting_change'))
    )
    op.create_table('meeting_person',
    sa.Column('meeting_id', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.String(length=20), nullable=False),
    sa.Column('duty', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meeting_person_meeting_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_meeting_person_person_id')),
    sa.PrimaryKeyConstraint('meeting_id', 'person_id', 'duty', name=op.f('pk_meeting_person'))
    )
    op.create_index(op.f('ix_meeting_person_person_id'), 'meeting_person', ['person_id'], unique=False)
    op.create_table('on_call_shift',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.String(length=20), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_on_call_shift_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_on_call_shift'))
    )
    op.create_index(op.f('ix_on_call_shift_starts_at'), 'on_call_shift', ['starts_at'], unique=False)
    op.create_table('person_role',
    sa.Column('person_id', sa.String(length=20), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_role_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'role', name=op.f('pk_person_role'))
    )
    op.create_index(op.f('ix_person_role_role'), 'person_role', ['role'], unique=False)
    op.create_table('room',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('meeting_id', sa.String(length=20), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('policy', sa.String(length=10), nullable=False),
    sa.Column('slow_seconds', sa.Integer(), nullable=False),
    sa.Column('chat_on', sa.Boolean(), nullable=False),
    sa.Column('paused_why', sa.String(length=10), nullable=True),
    sa.Column('epoch', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_room_meeting_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room')),
    sa.UniqueConstraint('meeting_id', 'date', name='uq_room_meeting_id_date')
    )
    op.create_index(op.f('ix_room_state'), 'room', ['state'], unique=False)
    op.create_table('safety_flag',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('place', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('source_id', sa.String(length=20), nullable=True),
    sa.Column('person_id', sa.String(length=20), nullable=True),
    sa.Column('known_as', sa.LargeBinary(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('call_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('called_id', sa.String(length=20), nullable=True),
    sa.Column('claimed_by', sa.String(length=20), nullable=True),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('disposed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=20), nullable=True),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['called_id'], ['person.id'], name=op.f('fk_safety_flag_called_id')),
    sa.ForeignKeyConstraint(['claimed_by'], ['person.id'], name=op.f('fk_safety_flag_claimed_by')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_safety_flag_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_safety_flag'))
    )
    op.create_index(op.f('ix_safety_flag_place'), 'safety_flag', ['place'], unique=False)
    op.create_table('schedule',
    sa.Column('practitioner_id', sa.String(length=20), nullable=False),
    sa.Column('timezone', sa.String(length=60), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['practitioner_id'], ['person.id'], name=op.f('fk_schedule_practitioner_id')),
    sa.PrimaryKeyConstraint('practitioner_id', name=op.f('pk_schedule'))
    )
    op.create_table('service_practitioner',
    sa.Column('service_id', sa.String(length=20), nullable=False),
    sa.Column('practitioner_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['practitioner_id'], ['person.id'], name=op.f('fk_service_practitioner_practitioner_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_practitioner_service_id')),
    sa.PrimaryKeyConstraint('service_id', 'practitioner_id', name=op.f('pk_service_practitioner'))
    )
    op.create_index(op.f('ix_service_practitioner_practitioner_id'), 'service_practitioner', ['practitioner_id'], unique=False)
    op.create_table('signin_attempt',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.String(length=20), nullable=True),
    sa.Column('token_digest', sa.String(length=64), nullable=False),
    sa.Column('code_digest', sa.String(length=64), nullable=True),
    sa.Column('binding_digest', sa.String(length=64), nullable=True),
    sa.Column('address_digest', sa.String(length=64), nullable=True),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_signin_attempt_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signin_attempt')),
    sa.UniqueConstraint('token_digest', name=op.f('uq_signin_attempt_token_digest'))
    )
    op.create_index(op.f('ix_signin_attempt_binding_digest'), 'signin_attempt', ['binding_digest'], unique=False)
    op.create_index(op.f('ix_signin_attempt_expires_at'), 'signin_attempt', ['expires_at'], unique=False)
    op.create_table('date_override',
    sa.Column('practitioner_id', sa.String(length=20), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('ranges', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['practitioner_id'], ['schedule.practitioner_id'], name=op.f('fk_date_override_practitioner_id')),
    sa.PrimaryKeyConstraint('practitioner_id', 'date', name=op.f('pk_date_override'))
    )
    op.create_table('idempotency_key',
    sa.Column('person_id', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('request', sa.String(length=64), nullable=False),
    sa.Column('appointment_id', sa.String(length=20), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_idempotency_key_appointment_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_idempotency_key_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'key', name=op.f('pk_idempotency_key'))
    )
    op.create_index(op.f('ix_idempotency_key_created_at'), 'idempotency_key', ['created_at'], unique=False)
    op.create_table('occupancy',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('practitioner_id', sa.String(length=20), nullable=True),
    sa.Column('member_id', sa.String(length=20), nullable=True),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('appointment_id', sa.String(length=20), nullable=True),
    sa.CheckConstraint("status IN ('active', 'released')", name=op.f('ck_occupancy_status')),
    sa.CheckConstraint('starts_at < ends_at', name=op.f('ck_occupancy_forwards')),
    sa.ForeignKeyConstraint(['appointment_id'], ['appointment.id'], name=op.f('fk_occupancy_appointment_id')),
    sa.ForeignKeyConstraint(['member_id'], ['person.id'], name=op.f('fk_occupancy_member_id')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['person.id'], name=op.f('fk_occupancy_practitioner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occupancy')),
    sa.UniqueConstraint('appointment_id', name=op.f('uq_occupancy_appointment_id'))
    )
    op.create_index(op.f('ix_occupancy_expires_at'), 'occupancy', ['expires_at'], unique=False)
    op.create_index('ix_occupancy_member_start', 'occupancy', ['member_id', 'starts_at', 'ends_at'], unique=False)
    op.create_index('ix_occupancy_practitioner_start', 'occupancy', ['practitioner_id', 'starts_at', 'ends_at'], unique=False)
    op.create_table('room_command_result',
    sa.Column('room_id', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.String(length=20), nullable=False),
    sa.Column('client_id', sa.String(length=64), nullable=False),
    sa.Column('result', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_room_command_result_person_id')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_command_result_room_id')),
    sa.PrimaryKeyConstraint('room_id', 'person_id', 'client_id', name=op.f('pk_room_command_result'))
    )
    op.create_table('room_event',
    sa.Column('room_id', sa.String(length=20), nullable=False),
    sa.Column('stream', sa.String(length=30), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_event_room_id')),
    sa.PrimaryKeyConstraint('room_id', 'stream', 'seq', name=op.f('pk_room_event'))
    )
    op.create_index('ix_room_event_room_id_ordinal', 'room_event', ['room_id', 'ordinal'], unique=True)
    op.create_table('room_participant',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('room_id', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.String(length=20), nullable=False),
    sa.Column('pseudonym', sa.LargeBinary(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('muted_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('hand_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('spoken', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_room_participant_person_id')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_participant_room_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_participant')),
    sa.UniqueConstraint('room_id', 'key', name='uq_room_participant_room_id_key'),
    sa.UniqueConstraint('room_id', 'person_id', name='uq_room_participant_room_id_person_id')
    )
    op.create_index(op.f('ix_room_participant_person_id'), 'room_participant', ['person_id'], unique=False)
    op.create_table('room_presence',
    sa.Column('room_id', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.String(length=20), nullable=False),
    sa.Column('moderates', sa.Boolean(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_room_presence_person_id')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_presence_room_id')),
    sa.PrimaryKeyConstraint('room_id', 'person_id', name=op.f('pk_room_presence'))
    )
    op.create_table('room_stream_head',
    sa.Column('room_id', sa.String(length=20), nullable=False),
    sa.Column('stream', sa.String(length=30), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_stream_head_room_id')),
    sa.PrimaryKeyConstraint('room_id', 'stream', name=op.f('pk_room_stream_head'))
    )
    op.create_table('weekly_hours',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('practitioner_id', sa.String(length=20), nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('start_minute', sa.Integer(), nullable=False),
    sa.Column('end_minute', sa.Integer(), nullable=False),
    sa.CheckConstraint('start_minute < end_minute', name=op.f('ck_weekly_hours_forwards')),
    sa.ForeignKeyConstraint(['practitioner_id'], ['schedule.practitioner_id'], name=op.f('fk_weekly_hours_practitioner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_weekly_hours'))
    )
    op.create_index(op.f('ix_weekly_hours_practitioner_id'), 'weekly_hours', ['practitioner_id'], unique=False)
    op.create_table('room_question',
    sa.Column('id', sa.String(length=20), nullable=False),
    sa.Column('room_id', sa.String(length=20), nullable=False),
    sa.Column('participant_id', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('original', sa.LargeBinary(), nullable=True),
    sa.Column('reply', sa.LargeBinary(), nullable=True),
    sa.Column('anonymous', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('votes', sa.Integer(), nullable=False),
    sa.Column('hold_reason', sa.String(length=20), nullable=True),
    sa.Column('return_reason', sa.String(length=20), nullable=True),
    sa.Column('twin_id', sa.String(length=20), nullable=True),
    sa.Column('merged_into', sa.String(length=20), nullable=True),
    sa.Column('claimed_by', sa.String(length=20), nullable=True),
    sa.Column('claimed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('pinned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.String(length=80), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('live_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answering_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['claimed_by'], ['person.id'], name=op.f('fk_room_question_claimed_by')),
    sa.ForeignKeyConstraint(['merged_into'], ['room_question.id'], name=op.f('fk_room_question_merged_into')),
    sa.ForeignKeyConstraint(['participant_id'], ['room_participant.id'], name=op.f('fk_room_question_participant_id')),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_question_room_id')),
    sa.ForeignKeyConstraint(['twin_id'], ['room_question.id'], name=op.f('fk_room_question_twin_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_question'))
    )
    op.create_index(op.f('ix_room_question_participant_id'), 'room_question', ['participant_id'], unique=False)
    op.create_index('ix_room_question_room_id_state', 'room_question', ['room_id', 'state'], unique=False)
    op.create_table('room_vote',
    sa.Column('question_id', sa.String(length=20), nullable=False),
    sa.Column('participant_id', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['participant_id'], ['room_participant.id'], name=op.f('fk_room_vote_participant_id')),
    sa.ForeignKeyConstraint(['question_id'], ['room_question.id'], name=op.f('fk_room_vote_question_id')),
    sa.PrimaryKeyConstraint('question_id', 'participant_id', name=op.f('pk_room_vote'))
    )
