"""Who came to which meeting."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("room_presence", sa.Column("begun_at", sa.DateTime(timezone=True)))
    op.add_column("room_presence", sa.Column("seconds", sa.Integer(), nullable=False, server_default="0"))
    _meeting_attendance()
    _own_journal()
    _proofs()


def _meeting_attendance() -> None:
    op.create_table(
        "meeting_attendance",
        _person("person_id", primary_key=True),
        sa.Column("occurrence_id", sa.String(40), primary_key=True),
        sa.Column("meeting_id", sa.String(20), sa.ForeignKey("meeting.id"), nullable=False),
        _moment("starts_at"),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("noted_by", sa.String(20), sa.ForeignKey("person.id")),
        _moment("noted_at"),
        sa.CheckConstraint("minutes >= 0", name="minutes"),
    )
    op.create_index("ix_meeting_attendance_person_start", "meeting_attendance", ["person_id", "starts_at"])
    op.create_index("ix_meeting_attendance_meeting_start", "meeting_attendance", ["meeting_id", "starts_at"])


def _own_journal() -> None:
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.String(20), primary_key=True),
        _person("person_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        _moment("created_at"),
    )
    op.create_index("ix_journal_entry_person_day", "journal_entry", ["person_id", "day"])


def _proofs() -> None:
    op.create_table(
        "attendance_proof",
        sa.Column("id", sa.String(20), primary_key=True),
        _person("person_id"),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        _moment("issued_at"),
        _moment("withdrawn_at", nullable=True),
        sa.UniqueConstraint("code_digest", name="uq_attendance_proof_code_digest"),
    )
    op.create_index("ix_attendance_proof_person_id", "attendance_proof", ["person_id"])


def _person(name: str, *, primary_key: bool = False) -> sa.Column:
    to = sa.ForeignKey("person.id", ondelete="CASCADE")
    return sa.Column(name, sa.String(20), to, primary_key=primary_key, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
