"""The tables of weekly meetings: a rule in local time, exceptions by date, and who leads."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.columns import Encrypted, Id, Json, UtcDateTime, new_id
from foundation.database import Base
from scheduling import recurrence


class Duty(StrEnum):
    HOST = "host"
    MODERATOR = "moderator"


class MeetingAudience(StrEnum):
    OPEN = "open"
    MEMBERS = "members"


class Meeting(Base):
    """Comes every week at the same local time; `sequence` rises with every change of its dates."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("minute_of_day BETWEEN 0 AND 1439", name="minute"),
        CheckConstraint("minutes BETWEEN 5 AND 720", name="length"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    timezone: Mapped[str] = mapped_column(String(60))
    weekday: Mapped[int]
    minute_of_day: Mapped[int]
    minutes: Mapped[int] = mapped_column(default=60)
    first_date: Mapped[date]
    until_date: Mapped[date | None]
    capacity: Mapped[int | None]
    audience: Mapped[str] = mapped_column(String(10), default=MeetingAudience.MEMBERS.value)
    call_url: Mapped[str | None] = mapped_column(Encrypted("meeting.call_url"))
    call_kind: Mapped[str] = mapped_column(String(10), default="link")
    keep_days: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=0)
    types: Mapped[list[str]] = mapped_column(Json, default=list)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changes: Mapped[list["MeetingChange"]] = relationship(lazy="selectin", order_by="MeetingChange.date")

    @property
    def rule(self) -> recurrence.WeeklyRule:
        return recurrence.WeeklyRule(
            self.timezone, self.weekday, self.minute_of_day, self.minutes, self.first_date, self.until_date
        )


class MeetingChange(Base):
    """What is different about one occurrence; `date` is its original local date."""

    __tablename__ = "meeting_change"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    date: Mapped[recurrence.LocalDate] = mapped_column(primary_key=True)
    cancelled: Mapped[bool] = mapped_column(default=False)
    new_date: Mapped[recurrence.LocalDate | None]
    new_minute: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")

    @property
    def exception(self) -> recurrence.Change:
        return recurrence.Change(self.date, self.cancelled, self.new_date, self.new_minute)


class MeetingPerson(Base):
    """Who leads a meeting, and how."""

    __tablename__ = "meeting_person"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    duty: Mapped[str] = mapped_column(String(10), primary_key=True)
