"""Weekly group meetings: finding them, who leads them, and changing them."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person, checked_zone
from foundation import audit
from foundation.database import lock
from foundation.errors import DomainError
from foundation.zones import find_zone
from scheduling.meeting_records import Duty, Meeting, MeetingAudience, MeetingChange, MeetingPerson
from scheduling.occurrences import (
    NothingPlanned,
    Occurrence,
    current_occurrence,
    hosted_time,
    occurrences_of,
    upcoming,
)
from scheduling.recurrence import is_occurrence, resolve_local

__all__ = [
    "Duty",
    "Meeting",
    "MeetingAudience",
    "MeetingChange",
    "MeetingPerson",
    "NoSuchDate",
    "NothingPlanned",
    "Occurrence",
    "UnknownMeeting",
    "add_meeting",
    "change_occurrence",
    "current_occurrence",
    "find_meeting",
    "hosted_time",
    "hosts",
    "list_meetings",
    "moderators",
    "occurrences_of",
    "upcoming",
]


class UnknownMeeting(DomainError):
    code: ClassVar[str] = "unknown_meeting"
    default: ClassVar[str] = "There is no such meeting. The list of meetings shows those there are."


class NoSuchDate(DomainError):
    code: ClassVar[str] = "no_such_date"
    default: ClassVar[str] = "The meeting does not fall on that date. Choose one of its own dates."


def list_meetings(session: Session) -> list[Meeting]:
    return list(session.scalars(select(Meeting).order_by(Meeting.title)))


def find_meeting(session: Session, slug: str) -> Meeting:
    """Raises UnknownMeeting."""
    found = session.scalar(select(Meeting).where(Meeting.slug == slug))
    if found is None:
        raise UnknownMeeting
    return found


def moderators(session: Session, meeting_id: str) -> frozenset[str]:
    """The ids of those who may moderate it: its hosts too."""
    leading = select(MeetingPerson.person_id).where(MeetingPerson.meeting_id == meeting_id)
    return frozenset(session.scalars(leading))


def hosts(session: Session, meeting_id: str) -> list[Person]:
    """Who hosts it, by name."""
    leads = MeetingPerson.person_id == Person.id
    wanted = MeetingPerson.meeting_id == meeting_id, MeetingPerson.duty == Duty.HOST
    people = select(Person).join(MeetingPerson, leads).where(*wanted)
    return list(session.scalars(people.order_by(Person.name)))


def add_meeting(
    session: Session,
    *,
    slug: str,
    title: str,
    timezone: str,
    weekday: int,
    minute_of_day: int,
    minutes: int,
    first_date: date,
    now: datetime,
    by: str | None = None,
    hosted_by: tuple[str, ...] = (),
    moderated_by: tuple[str, ...] = (),
    **fields: Any,
) -> Meeting:
    """Plan a weekly meeting; `fields` are the other columns of Meeting. Raises BadZone."""
    meeting = Meeting(
        slug=slug,
        title=title,
        timezone=checked_zone(timezone),
        weekday=weekday,
        minute_of_day=minute_of_day,
        minutes=minutes,
        first_date=first_date,
        created_at=now,
        changed_at=now,
        **fields,
    )
    session.add(meeting)
    session.flush()
    leading = [(one, Duty.HOST) for one in hosted_by] + [(one, Duty.MODERATOR) for one in moderated_by]
    session.add_all(MeetingPerson(meeting_id=meeting.id, person_id=one, duty=duty) for one, duty in leading)
    session.flush()
    audit.record(session, actor=by, action="meeting.add", kind="meeting", object_id=meeting.id, now=now)
    return meeting


def change_occurrence(
    session: Session,
    meeting: Meeting,
    on: date,
    *,
    now: datetime,
    by: str | None = None,
    cancelled: bool = False,
    new_date: date | None = None,
    new_minute: int | None = None,
    note: str = "",
) -> MeetingChange:
    """Cancel or move the occurrence whose original local date is `on`; all others stay as they are.

    Saying neither puts it back. Raises NoSuchDate, and NonExistentTime when the clocks jump over that time.
    """
    if not is_occurrence(meeting.rule, on):
        raise NoSuchDate
    minute = meeting.minute_of_day if new_minute is None else new_minute
    resolve_local(new_date or on, minute, find_zone(meeting.timezone))
    lock(session, f"meeting:{meeting.id}")
    change = _change_on(session, meeting, on)
    change.cancelled, change.note = cancelled, note
    change.new_date, change.new_minute = new_date, new_minute
    meeting.sequence += 1
    meeting.changed_at = now
    session.flush()
    audit.record(session, actor=by, action="meeting.change", kind="meeting", object_id=meeting.id, now=now)
    return change


def _change_on(session: Session, meeting: Meeting, on: date) -> MeetingChange:
    for change in meeting.changes:
        if change.date == on:
            return change
    change = MeetingChange(meeting_id=meeting.id, date=on)
    meeting.changes.append(change)
    return change
