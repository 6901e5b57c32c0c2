"""The tables of attendance: who came to which meeting, what members note for themselves, and proofs of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base
from foundation.personal import explains, holds
from scheduling.recurrence import LocalDate


class Source(StrEnum):
    """Who says so: the room, which counted the minutes, or somebody who works here and was there."""

    PRESENCE = "presence"
    STAFF = "staff"


class MeetingAttendance(Base):
    """One member at one date of a meeting. `occurrence_id` names the two: `<meeting>:<original local date>`.

    `minutes` is what the room counted, 0 where nothing did. What staff say of `came` stands, whatever the
    room counts.
    """

    __tablename__ = "meeting_attendance"
    __table_args__ = (
        CheckConstraint("minutes >= 0", name="minutes"),
        Index("ix_meeting_attendance_person_start", "person_id", "starts_at"),
        Index("ix_meeting_attendance_meeting_start", "meeting_id", "starts_at"),
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    occurrence_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int] = mapped_column(default=0)
    came: Mapped[bool]
    source: Mapped[str] = mapped_column(String(10))
    noted_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


holds(MeetingAttendance, "person_id", title="Meetings", shows=("meeting_id", "starts_at", "minutes", "came"))
explains(MeetingAttendance, "noted_by", "who marked it; whether somebody came is that member's")


class JournalEntry(Base):
    """A meeting elsewhere, noted by a member for themselves; nobody who works here is shown it."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index("ix_journal_entry_person_day", "person_id", "day"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    day: Mapped[LocalDate]
    text: Mapped[str] = mapped_column(Encrypted("journal_entry.text"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


holds(JournalEntry, "person_id", title="My own journal", shows=("day", "text", "created_at"))


class AttendanceProof(Base):
    """A paper that a member asked for. `words` is what it says, sealed: a later correction changes no paper.

    Only the code's digest is kept, so that who reads the table cannot make a paper look confirmed.
    """

    __tablename__ = "attendance_proof"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    words: Mapped[str] = mapped_column(Encrypted("attendance_proof.words"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


holds(
    AttendanceProof,
    "person_id",
    title="Confirmations of attendance",
    shows=("first_day", "last_day", "words", "issued_at", "withdrawn_at"),
)
