"""What fills a practitioner's week besides appointments: groups, meetings, holds, outside calendars."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from scheduling.group_records import GroupOccurrence
from scheduling.meeting_records import Duty, Meeting, MeetingPerson
from scheduling.occupancy import LONGEST, Kind, Occupancy
from scheduling.occurrences import Occurrence, occurrences_of
from scheduling.series_records import Series


@dataclass(frozen=True)
class TakenTime:
    """A hold, an offer or an imported busy time; whose it is is nobody's business here."""

    kind: Kind
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class LedMeeting:
    duty: Duty
    occurrence: Occurrence


@dataclass(frozen=True)
class GroupSession:
    """One session with seats; `title` is the group's, or the service's for a single one."""

    title: str
    occurrence: GroupOccurrence


def taken_otherwise(
    session: Session, practitioner_id: str, start: datetime, end: datetime, *, now: datetime
) -> list[TakenTime]:
    """Live holds, offers and outside busy time that reach into [start, end)."""
    rows = select(Occupancy.kind, Occupancy.starts_at, Occupancy.ends_at).where(
        Occupancy.practitioner_id == practitioner_id,
        Occupancy.kind.in_([Kind.HOLD, Kind.OFFER, Kind.EXTERNAL]),
        Occupancy.status == "active",
        Occupancy.starts_at > start - LONGEST,
        Occupancy.starts_at < end,
        Occupancy.ends_at > start,
        or_(Occupancy.expires_at.is_(None), Occupancy.expires_at > now),
    )
    return [TakenTime(Kind(kind), starts_at, ends_at) for kind, starts_at, ends_at in session.execute(rows)]


def led_meetings(session: Session, person_id: str, start: datetime, end: datetime) -> list[LedMeeting]:
    """The dates within [start, end) that the person hosts or moderates; hosting wins over both."""
    led = (
        select(Meeting, MeetingPerson.duty)
        .join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
        .where(MeetingPerson.person_id == person_id)
    )
    duties: dict[str, Duty] = {}
    meetings: dict[str, Meeting] = {}
    for meeting, duty in session.execute(led):
        meetings[meeting.id] = meeting
        if duties.get(meeting.id) != Duty.HOST:
            duties[meeting.id] = Duty(duty)
    return [
        LedMeeting(duties[meeting.id], one)
        for meeting in meetings.values()
        for one in occurrences_of(meeting, start, end)
        if not one.cancelled
    ]


def group_sessions(
    session: Session, practitioner_id: str, start: datetime, end: datetime
) -> list[GroupSession]:
    """The practitioner's sessions with seats that reach into [start, end), by time."""
    theirs = _titled().where(
        GroupOccurrence.practitioner_id == practitioner_id,
        GroupOccurrence.status == "active",
        GroupOccurrence.starts_at > start - LONGEST,
        GroupOccurrence.starts_at < end,
        GroupOccurrence.ends_at > start,
    )
    rows = session.execute(theirs.order_by(GroupOccurrence.starts_at))
    return [GroupSession(title or one.service.name, one) for one, title in rows]


def group_session(session: Session, occurrence_id: str) -> GroupSession | None:
    """One of them, whatever became of it."""
    row = session.execute(_titled().where(GroupOccurrence.id == occurrence_id)).first()
    return GroupSession(row[1] or row[0].service.name, row[0]) if row else None


def _titled() -> Select[GroupOccurrence, str]:
    return select(GroupOccurrence, Series.title).outerjoin(Series, Series.id == GroupOccurrence.series_id)
