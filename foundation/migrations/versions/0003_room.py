"""The live room made whole: time-outs, bars, notes, a private line, calls, consent, and what is erased."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ADDED_COLUMNS = (
    "room ADD COLUMN recorded BOOLEAN DEFAULT false NOT NULL",
    "room ADD COLUMN host_id VARCHAR(20) CONSTRAINT fk_room_host_id REFERENCES person (id)",
    "room ADD COLUMN host_offered_id VARCHAR(20) CONSTRAINT fk_room_host_offered_id REFERENCES person (id)",
    "meeting ADD COLUMN call_kind VARCHAR(10) DEFAULT 'link' NOT NULL",
    "meeting ADD COLUMN keep_days INTEGER",
    "meeting ADD COLUMN revision INTEGER DEFAULT 0 NOT NULL",
    "safety_flag ADD COLUMN calls INTEGER DEFAULT 0 NOT NULL",
    "room_participant ADD COLUMN raised INTEGER DEFAULT 0 NOT NULL",
    "room_question ADD COLUMN public_number INTEGER",
)
"""In plain SQL: rebuilding a table, as Alembic does it on SQLite, would lose the triggers."""
MOMENTS = (
    ("room", "erased_at"),
    ("room_participant", "away_until"),
    ("room_participant", "ready_at"),
    ("safety_flag", "called_at"),
)


def upgrade() -> None:
    for column in ADDED_COLUMNS:
        op.execute(f"ALTER TABLE {column}")
    op.execute("UPDATE room_question SET public_number = number WHERE live_at IS NOT NULL")
    for table, name in MOMENTS:
        op.add_column(table, sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column("safety_flag", sa.Column("checklist", sa.LargeBinary()))
    _of_the_room()
    _of_the_private_line()
    op.create_table(
        "consent",
        _id(),
        _person("person_id", ondelete="CASCADE", index=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("detail", sa.LargeBinary()),
        _moment("given_at"),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
    )


def _of_the_room() -> None:
    op.create_table(
        "room_note",
        _id(),
        _to("room_id", "room"),
        _to("participant_id", "room_participant", index=True),
        _person("author_id"),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        _moment("at"),
    )
    op.create_table(
        "meeting_bar",
        _to("meeting_id", "meeting", primary_key=True),
        _person("person_id", primary_key=True),
        sa.Column("known_as", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        _person("barred_by"),
        _moment("barred_at"),
    )


def _of_the_private_line() -> None:
    op.create_table(
        "safety_message",
        _id(),
        _to("flag_id", "safety_flag", index=True),
        _person("author_id"),
        sa.Column("from_team", sa.Boolean(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        _moment("at"),
    )
    op.create_table(
        "contact_reveal",
        _id(),
        _to("flag_id", "safety_flag", index=True),
        _person("asked_by"),
        _moment("asked_at"),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("answered_by", sa.String(20), sa.ForeignKey("person.id")),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("agreed", sa.Boolean()),
    )


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(20), primary_key=True)


def _person(name: str, **more: object) -> sa.Column[str]:
    return _to(name, "person", **more)


def _to(name: str, table: str, *, ondelete: str | None = None, **more: object) -> sa.Column[str]:
    key = sa.ForeignKey(f"{table}.id", ondelete=ondelete)
    return sa.Column(name, sa.String(20), key, nullable=False, **more)  # type: ignore[arg-type]


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)
