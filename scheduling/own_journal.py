"""A member's own journal: the meetings they were at here, and those elsewhere that they noted themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database import lock
from foundation.errors import DomainError
from foundation.plaintext import hides_something
from foundation.timewords import local_date
from scheduling.appointment_records import Appointment
from scheduling.attendance_journal import CAME
from scheduling.journal_records import JournalEntry, MeetingAttendance
from scheduling.meeting_records import Meeting

LONGEST = 500
FURTHEST_BACK = timedelta(days=366)
MOST_A_DAY = 5


class BadEntry(DomainError):
    code: ClassVar[str] = "bad_entry"
    default: ClassVar[str] = f"A note is up to {LONGEST} letters that can be seen."


class BadDay(DomainError):
    code: ClassVar[str] = "bad_day"
    default: ClassVar[str] = "Choose a day of the past year, today at the latest."


class DayFull(DomainError):
    code: ClassVar[str] = "day_full"
    default: ClassVar[str] = f"There are {MOST_A_DAY} notes on that day already. Take one out first."


class UnknownEntry(DomainError):
    code: ClassVar[str] = "unknown_entry"
    default: ClassVar[str] = "That note is not in your journal."


@dataclass(frozen=True)
class Visit:
    """One meeting. `day` is the member's own calendar day; `starts_at` and `minutes` are what is known here.

    With an `entry_id` it is the member's own note, and `title` is what they wrote.
    """

    day: date
    title: str
    starts_at: datetime | None = None
    minutes: int = 0
    entry_id: str | None = None


def add_entry(
    session: Session, member_id: str, day: date, text: str, *, today: date, now: datetime
) -> JournalEntry:
    """Note a meeting elsewhere; `today` is the member's own. Whoever calls has heard the words before.

    Raises BadDay, BadEntry, DayFull.
    """
    if not today - FURTHEST_BACK <= day <= today:
        raise BadDay
    if not text.strip() or len(text) > LONGEST or hides_something(text):
        raise BadEntry
    lock(session, f"journal:{member_id}")
    same_day = JournalEntry.person_id == member_id, JournalEntry.day == day
    if (session.scalar(select(func.count()).where(*same_day)) or 0) >= MOST_A_DAY:
        raise DayFull
    entry = JournalEntry(person_id=member_id, day=day, text=text.strip(), created_at=now)
    session.add(entry)
    session.flush()
    return entry


def take_out(session: Session, member_id: str, entry_id: str) -> None:
    """Raises UnknownEntry, for somebody else's too."""
    entry = session.get(JournalEntry, entry_id)
    if entry is None or entry.person_id != member_id:
        raise UnknownEntry
    session.delete(entry)
    session.flush()


def visits_of(session: Session, member_id: str, zone: ZoneInfo, *, since: datetime) -> list[Visit]:
    """All that a member's journal shows, the latest first."""
    found = [
        *visits_here(session, member_id, zone, since=since),
        *_elsewhere(session, member_id, zone, since),
    ]
    return sorted(found, key=_when, reverse=True)


def visits_here(
    session: Session, member_id: str, zone: ZoneInfo, *, since: datetime, until: datetime | None = None
) -> list[Visit]:
    """Meetings and group sessions that the house knows of, within [since, until), by time."""
    end = until or datetime.max.replace(tzinfo=UTC)
    found = [*_meetings(session, member_id, zone, since, end), *_groups(session, member_id, zone, since, end)]
    return sorted(found, key=_when)


def _meetings(
    session: Session, member_id: str, zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[Visit]:
    rows = (
        select(MeetingAttendance.starts_at, Meeting.title, MeetingAttendance.minutes)
        .join(Meeting, Meeting.id == MeetingAttendance.meeting_id)
        .where(MeetingAttendance.person_id == member_id, MeetingAttendance.came)
        .where(MeetingAttendance.starts_at >= since, MeetingAttendance.starts_at < until)
    )
    for starts_at, title, minutes in session.execute(rows):
        yield Visit(local_date(starts_at, zone), title, starts_at, minutes)


def _groups(
    session: Session, member_id: str, zone: ZoneInfo, since: datetime, until: datetime
) -> Iterator[Visit]:
    rows = select(Appointment).where(
        Appointment.member_id == member_id,
        Appointment.occurrence_id.is_not(None),
        Appointment.status.in_(CAME),
        Appointment.starts_at >= since,
        Appointment.starts_at < until,
    )
    for one in session.scalars(rows):
        minutes = int((one.ends_at - one.starts_at).total_seconds() // 60)
        yield Visit(local_date(one.starts_at, zone), one.service.name, one.starts_at, minutes)


def _elsewhere(session: Session, member_id: str, zone: ZoneInfo, since: datetime) -> Iterator[Visit]:
    own = JournalEntry.person_id == member_id, JournalEntry.day >= local_date(since, zone)
    for one in session.scalars(select(JournalEntry).where(*own).order_by(JournalEntry.created_at)):
        yield Visit(one.day, one.text, entry_id=one.id)


def _when(visit: Visit) -> tuple[date, bool, datetime]:
    """By day; on one day those with a time come after those without."""
    return visit.day, visit.starts_at is not None, visit.starts_at or datetime.min.replace(tzinfo=UTC)
