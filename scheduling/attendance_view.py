"""Which meetings there were lately, and what is known of one member at each: for their care team."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scheduling.attendance_journal import occurrence_id
from scheduling.journal_records import MeetingAttendance, Source
from scheduling.occurrences import upcoming


@dataclass(frozen=True)
class MeetingDate:
    """`came` None: nothing is written down. `by_staff`: somebody said so; else the room counted."""

    occurrence_id: str
    title: str
    starts_at: datetime
    came: bool | None = None
    minutes: int = 0
    by_staff: bool = False


def meeting_dates(session: Session, member_id: str, *, since: datetime, now: datetime) -> list[MeetingDate]:
    """Every date of a meeting that has begun since then, the latest first."""
    known = {one.occurrence_id: one for one in session.scalars(_rows(member_id, since))}
    held = [one for one in upcoming(session, start=since, end=now) if not one.cancelled]
    dates = [
        _told(occurrence_id(one.meeting_id, one.date), one.title, one.starts_at, known)
        for one in held
        if since <= one.starts_at <= now
    ]
    return sorted(dates, key=lambda one: one.starts_at, reverse=True)


def _rows(member_id: str, since: datetime) -> Select[MeetingAttendance]:
    theirs = MeetingAttendance.person_id == member_id, MeetingAttendance.starts_at >= since
    return select(MeetingAttendance).where(*theirs)


def _told(named: str, title: str, starts_at: datetime, known: dict[str, MeetingAttendance]) -> MeetingDate:
    row = known.get(named)
    if row is None:
        return MeetingDate(named, title, starts_at)
    return MeetingDate(named, title, starts_at, row.came, row.minutes, row.source == Source.STAFF)
