"""Calendars that others subscribe to: how much they say, what changed, app passwords, answers by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TWO_PEOPLE = ("member_id", "practitioner_id")
OWN = {
    "appointment": TWO_PEOPLE,
    "series": TWO_PEOPLE,
    "group_occurrence": ("practitioner_id",),
}
"""Whose calendars a row of these tables changes."""

EVERYBODYS = {
    "meeting": "UPDATE OR INSERT OR DELETE",
    "meeting_change": "UPDATE OR INSERT OR DELETE",
    "meeting_person": "UPDATE OR INSERT OR DELETE",
    "service": "UPDATE OF name",
    "person": "UPDATE OF name, departed_at",
}
"""Tables that seldom change and show in many calendars."""

ON_POSTGRES = """
CREATE FUNCTION note_calendar_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
        new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
BEGIN
  INSERT INTO calendar_change (owner_id)
  SELECT DISTINCT owner FROM unnest(TG_ARGV::text[]) AS side,
    LATERAL (VALUES (old_row ->> side), (new_row ->> side)) AS named (owner) WHERE owner IS NOT NULL;
  RETURN NULL;
END $$;
CREATE FUNCTION note_calendar_change_for_everybody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO calendar_change (owner_id) VALUES ('everybody'); RETURN NULL; END $$;
"""


def upgrade() -> None:
    op.execute("ALTER TABLE calendar_feed ADD COLUMN detail VARCHAR(8) DEFAULT 'word' NOT NULL")
    op.execute("UPDATE calendar_feed SET detail = 'initials' WHERE kind = 'practitioner'")
    _tables()
    if op.get_bind().dialect.name == "postgresql":
        _triggers_of_postgres()
    else:
        _triggers_of_sqlite()


def _tables() -> None:
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("owner_id", sa.String(20), nullable=False),
    )
    op.create_index("ix_calendar_change_owner_id", "calendar_change", ["owner_id", "id"])
    op.create_table(
        "calendar_account",
        sa.Column("id", sa.String(20), primary_key=True),
        _to("owner_id", "person.id", index=True),
        sa.Column("password_digest", sa.String(64), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("wording", sa.String(60), nullable=False),
        sa.Column("detail", sa.String(8), nullable=False),
        _moment("created_at"),
        _moment("revoked_at", nullable=True),
        _moment("last_used_at", nullable=True),
        sa.UniqueConstraint("password_digest", name="uq_calendar_account_password_digest"),
    )
    op.create_table(
        "calendar_collection",
        _to("account_id", "calendar_account.id", primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
    )
    op.create_table(
        "calendar_resource",
        _to("account_id", "calendar_account.id", primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("etag", sa.String(64)),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    op.create_table(
        "calendar_reply",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("outcome", sa.String(20), nullable=False),
        _moment("received_at", index=True),
        _to("appointment_id", "appointment.id", nullable=True, index=True),
        _to("person_id", "person.id", nullable=True),
        sa.Column("answer", sa.String(10)),
    )


def _to(name: str, column: str, *, nullable: bool = False, **more: object) -> sa.Column[str]:
    key = sa.ForeignKey(column, ondelete="CASCADE")
    return sa.Column(name, sa.String(20), key, nullable=nullable, **more)  # type: ignore[arg-type]


def _moment(name: str, *, nullable: bool = False, **more: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, **more)  # type: ignore[arg-type]


def _triggers_of_postgres() -> None:
    op.execute(ON_POSTGRES)
    for table, sides in OWN.items():
        told = ", ".join(f"'{side}'" for side in sides)
        op.execute(
            f"CREATE TRIGGER {table}_calendar AFTER INSERT OR UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION note_calendar_change({told})"
        )
    for table, acts in EVERYBODYS.items():
        op.execute(
            f"CREATE TRIGGER {table}_calendar AFTER {acts} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION note_calendar_change_for_everybody()"
        )


def _triggers_of_sqlite() -> None:
    for table, sides in OWN.items():
        for act, rows in {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}.items():
            owners = " UNION ".join(f"SELECT {row}.{side} AS owner" for row in rows for side in sides)
            _trigger(table, act, f"SELECT owner FROM ({owners}) WHERE owner IS NOT NULL")  # nosec B608  # noqa: S608
    for table, acts in EVERYBODYS.items():
        for act in acts.split(" OR "):
            _trigger(table, act, "VALUES ('everybody')")


def _trigger(table: str, act: str, owners: str) -> None:
    name = f"{table}_calendar_{act.split(maxsplit=1)[0].lower()}"
    noting = f"INSERT INTO calendar_change (owner_id) {owners};"
    op.execute(f"CREATE TRIGGER {name} AFTER {act} ON {table} BEGIN {noting} END")
