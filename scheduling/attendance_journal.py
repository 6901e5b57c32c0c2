"""Who came to which meeting: the room's own count, and the word of staff, which stands above it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import case, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from auth.people import PersonRole, Role, find_member
from foundation import audit
from foundation.database import is_postgres
from scheduling.appointment_records import Appointment, Status
from scheduling.attendance import TooEarly
from scheduling.journal_records import MeetingAttendance, Source
from scheduling.meeting_records import Meeting
from scheduling.meetings import NoSuchDate, UnknownMeeting
from scheduling.occurrences import occurrences_of

ENOUGH_MINUTES = 10
"""Whoever was there so long came; less is a look through the door."""
CAME = (Status.ARRIVED, Status.FULFILLED)
_MOVED = timedelta(days=61)
"""One date of a meeting moves by up to 60 days (meeting_dates)."""


@dataclass(frozen=True)
class Held:
    """One date of a meeting, as rows of attendance name it. `date` is the original local date."""

    meeting_id: str
    date: date
    starts_at: datetime

    @property
    def occurrence_id(self) -> str:
        return occurrence_id(self.meeting_id, self.date)


def occurrence_id(meeting_id: str, on: date) -> str:
    """The name of the meeting's date whose original local date is `on`."""
    return f"{meeting_id}:{on.isoformat()}"


def held_on(session: Session, occurrence_id: str) -> Held:
    """That date of that meeting. Raises UnknownMeeting, NoSuchDate (no date of it, or a cancelled one)."""
    meeting_id, _, day = occurrence_id.partition(":")
    meeting = session.get(Meeting, meeting_id)
    if meeting is None:
        raise UnknownMeeting
    on = _read_day(day)
    around = datetime.combine(on, datetime.min.time(), tzinfo=UTC)
    for one in occurrences_of(meeting, around - _MOVED, around + _MOVED):
        if one.date == on and not one.cancelled:
            return Held(meeting.id, on, one.starts_at)
    raise NoSuchDate


def note_room(session: Session, held: Held, minutes: Mapping[str, int], *, now: datetime) -> None:
    """What a room counted, by person; said again, it is the same.

    Only members have a journal; what staff said stands.
    """
    rows = [_row(held, one, minutes[one], now) for one in sorted(_members(session, minutes))]
    if not rows:
        return
    insert = (postgresql.insert if is_postgres(session) else sqlite.insert)(MeetingAttendance)
    by_staff = MeetingAttendance.source == Source.STAFF
    counted = {
        "minutes": insert.excluded.minutes,
        "came": case((by_staff, MeetingAttendance.came), else_=insert.excluded.came),
    }
    upsert = insert.on_conflict_do_update(index_elements=["person_id", "occurrence_id"], set_=counted)
    session.execute(upsert, rows)


def mark(
    session: Session, person_id: str, occurrence_id: str, *, came: bool, by: str, now: datetime
) -> MeetingAttendance:
    """What somebody who works here knows, which stands above the room's count.

    Raises UnknownPerson, UnknownMeeting, NoSuchDate, and TooEarly before the meeting begins.
    """
    find_member(session, person_id)
    held = held_on(session, occurrence_id)
    if now < held.starts_at:
        raise TooEarly
    row = session.get(MeetingAttendance, (person_id, occurrence_id))
    if row is None:
        row = MeetingAttendance(**_row(held, person_id, 0, now))
        session.add(row)
    row.came, row.source, row.noted_by, row.noted_at = came, Source.STAFF.value, by, now
    session.flush()
    audit.record(
        session, actor=by, action="attendance.mark", kind="person", object_id=person_id, now=now,
        detail={"occurrence": occurrence_id, "came": came},
    )  # fmt: skip
    return row


def attended(session: Session, person_ids: Collection[str], *, since: datetime) -> dict[str, list[datetime]]:
    """When each of them was at a meeting or a group session, by time; whoever was at none is left out."""
    meetings = select(MeetingAttendance.person_id, MeetingAttendance.starts_at).where(
        MeetingAttendance.person_id.in_(person_ids),
        MeetingAttendance.came,
        MeetingAttendance.starts_at >= since,
    )
    groups = select(Appointment.member_id, Appointment.starts_at).where(
        Appointment.member_id.in_(person_ids),
        Appointment.occurrence_id.is_not(None),
        Appointment.status.in_(CAME),
        Appointment.starts_at >= since,
    )
    found: dict[str, list[datetime]] = {}
    for person_id, starts_at in session.execute(union_all(meetings, groups)):
        found.setdefault(person_id, []).append(starts_at)
    return {one: sorted(times) for one, times in found.items()}


def _row(held: Held, person_id: str, minutes: int, now: datetime) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "occurrence_id": held.occurrence_id,
        "meeting_id": held.meeting_id,
        "starts_at": held.starts_at,
        "minutes": minutes,
        "came": minutes >= ENOUGH_MINUTES,
        "source": Source.PRESENCE.value,
        "noted_at": now,
    }


def _members(session: Session, person_ids: Collection[str]) -> Collection[str]:
    theirs = PersonRole.person_id.in_(person_ids), PersonRole.role == Role.MEMBER.value
    return set(session.scalars(select(PersonRole.person_id).where(*theirs)))


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NoSuchDate from error
