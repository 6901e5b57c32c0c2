"""What is different about one date of a meeting, and what becomes of such dates when the weekday changes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy.orm import Session

from foundation.errors import DomainError
from foundation.plaintext import hides_something
from foundation.zones import find_zone
from scheduling.meeting_records import Meeting, MeetingChange
from scheduling.meeting_settings import hold_meeting
from scheduling.meetings import change_occurrence
from scheduling.recurrence import lenient_local

NOTE_LETTERS = 300
_FURTHEST = timedelta(days=60)


class DateOver(DomainError):
    code: ClassVar[str] = "date_over"
    default: ClassVar[str] = "That is in the past. Choose a time that is still to come."


class TooFarMoved(DomainError):
    code: ClassVar[str] = "moved_too_far"
    default: ClassVar[str] = "One date moves by up to 60 days. For more, change the meeting itself."


class BadNote(DomainError):
    code: ClassVar[str] = "bad_note"
    default: ClassVar[str] = f"Keep the note to {NOTE_LETTERS} letters that can be seen."


@dataclass(frozen=True)
class DateChange:
    """The occurrence whose original local date is `on`: cancelled, moved, or (neither) as planned again."""

    on: date
    cancelled: bool = False
    new_date: date | None = None
    new_minute: int | None = None
    note: str = ""


def change_date(
    session: Session, meeting_id: str, change: DateChange, *, revision: int, by: str, now: datetime
) -> MeetingChange:
    """Raises StaleMeeting, NoSuchDate, DateOver, TooFarMoved, BadNote, NonExistentTime."""
    meeting = hold_meeting(session, meeting_id, revision)
    _require_ahead(meeting, change, now)
    if len(change.note) > NOTE_LETTERS or hides_something(change.note):
        raise BadNote
    kept = change_occurrence(
        session,
        meeting,
        change.on,
        cancelled=change.cancelled,
        new_date=change.new_date,
        new_minute=change.new_minute,
        note=change.note.strip(),
        by=by,
        now=now,
    )
    meeting.revision += 1
    session.flush()
    return kept


def carry_changes(session: Session, meeting: Meeting, days: int, *, today: date) -> None:
    """The coming exceptions follow their week when the weekday moves by `days`; past ones stay."""
    ahead = [one for one in meeting.changes if one.date >= today]
    carried = [
        MeetingChange(
            meeting_id=meeting.id,
            date=one.date + timedelta(days=days),
            cancelled=one.cancelled,
            new_date=one.new_date,
            new_minute=one.new_minute,
            note=one.note,
        )
        for one in ahead
    ]
    for one in ahead:
        session.delete(one)
    session.flush()
    session.add_all(carried)
    session.flush()
    session.expire(meeting, ["changes"])


def _require_ahead(meeting: Meeting, change: DateChange, now: datetime) -> None:
    """Neither the date as it stands nor where it goes may be over."""
    zone = find_zone(meeting.timezone)
    before = next((one for one in meeting.changes if one.date == change.on), None)
    stands = _local(change.on, before.new_date if before else None, before.new_minute if before else None)
    goes = _local(change.on, change.new_date, change.new_minute)
    for day, minute in (stands, goes):
        begins = lenient_local(day, meeting.minute_of_day if minute is None else minute, zone)
        if begins + timedelta(minutes=meeting.minutes) <= now or (not change.cancelled and begins <= now):
            raise DateOver
    if abs(goes[0] - change.on) > _FURTHEST:
        raise TooFarMoved


def _local(on: date, new_date: date | None, new_minute: int | None) -> tuple[date, int | None]:
    return new_date or on, new_minute
