"""The dates on which meetings really take place, told from their rules and exceptions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from foundation.errors import DomainError
from scheduling.availability import Interval
from scheduling.meeting_records import Duty, Meeting, MeetingPerson
from scheduling.recurrence import Instant
from scheduling.recurrence import occurrences as instants

LINGER = timedelta(hours=1)
_AHEAD = timedelta(days=400)
_DAY = timedelta(days=1)


class NothingPlanned(DomainError):
    code: ClassVar[str] = "nothing_planned"
    default: ClassVar[str] = "This meeting has no date ahead. The list of meetings shows those that do."


@dataclass(frozen=True)
class Occurrence:
    """One date of a meeting. `date` is the original local date; `timezone` is the meeting's own."""

    meeting_id: str
    slug: str
    title: str
    summary: str
    date: date
    starts_at: datetime
    ends_at: datetime
    timezone: str
    moved: bool
    cancelled: bool
    note: str


def upcoming(session: Session, *, start: datetime, end: datetime) -> list[Occurrence]:
    """What takes place within [start, end), cancelled dates too, by time."""
    found = [one for meeting in _running(session, start) for one in occurrences_of(meeting, start, end)]
    return sorted(found, key=lambda one: (one.starts_at, one.title))


def occurrences_of(meeting: Meeting, start: datetime, end: datetime) -> list[Occurrence]:
    """One meeting's dates within [start, end), cancelled ones too, by time."""
    notes = {change.date: change.note for change in meeting.changes}
    return [_occurrence(meeting, one, notes.get(one.date, "")) for one in _instants(meeting, start, end)]


def current_occurrence(session: Session, meeting: Meeting, *, now: datetime) -> Occurrence:
    """The one that is running, or ended within the hour; else the next. Raises NothingPlanned.

    Back to back with the next one, the one that runs wins over the one that lingers.
    """
    near = [one for one in occurrences_of(meeting, now - LINGER, now + _AHEAD) if not one.cancelled]
    running = [one for one in near if one.starts_at <= now < one.ends_at]
    for one in running or near:
        return one
    raise NothingPlanned


def hosted_time(session: Session, person_ids: Sequence[str], span: Interval) -> dict[str, list[Interval]]:
    """When each person leads a meeting within `span`, as host: time that nobody else can book."""
    hosted = (
        select(MeetingPerson.person_id, Meeting)
        .join(Meeting, Meeting.id == MeetingPerson.meeting_id)
        .where(MeetingPerson.person_id.in_(person_ids), MeetingPerson.duty == Duty.HOST)
    )
    found: dict[str, list[Interval]] = {}
    for one, meeting in session.execute(hosted):
        found.setdefault(one, []).extend(_spans(_instants(meeting, *span)))
    return found


def _instants(meeting: Meeting, start: datetime, end: datetime) -> list[Instant]:
    return instants(meeting.rule, [change.exception for change in meeting.changes], start, end)


def _spans(found: Iterable[Instant]) -> list[Interval]:
    return [(one.starts_at, one.ends_at) for one in found if not one.cancelled]


def _running(session: Session, start: datetime) -> Iterable[Meeting]:
    """Those not over for good; an occurrence may have moved a little past the last date."""
    open_ended = or_(Meeting.until_date.is_(None), Meeting.until_date >= start.date() - 60 * _DAY)
    return session.scalars(select(Meeting).where(open_ended))


def _occurrence(meeting: Meeting, one: Instant, note: str) -> Occurrence:
    return Occurrence(
        meeting.id,
        meeting.slug,
        meeting.title,
        meeting.summary,
        one.date,
        one.starts_at,
        one.ends_at,
        meeting.timezone,
        one.moved,
        one.cancelled,
        note,
    )
