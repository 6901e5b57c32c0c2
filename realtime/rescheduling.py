"""Changing a meeting without losing an evening: rooms that are open stay, rooms to come follow their week."""

from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import DomainError
from foundation.timewords import local_date
from foundation.zones import find_zone
from realtime.models import Room
from realtime.room import RUNNING, enter
from scheduling.meeting_dates import DateChange, carry_changes, change_date
from scheduling.meeting_records import MeetingChange
from scheduling.meeting_settings import MeetingSettings, hold_meeting, save_meeting
from scheduling.meetings import Meeting

_TO_COME = ("scheduled", "lobby")
_WHEN = ("timezone", "weekday", "minute_of_day", "minutes", "first_date", "until_date")


class EveningUnderWay(DomainError):
    code: ClassVar[str] = "evening_under_way"
    default: ClassVar[str] = (
        "The room is open right now. Its times can change once it is closed; everything else can change now."
    )


def set_meeting(
    session: Session, settings: MeetingSettings, meeting_id: str, *, revision: int, by: str, now: datetime
) -> Meeting:
    """Change a meeting; names that people chose for a coming evening, and its exceptions, go along.

    Raises EveningUnderWay, BadMeeting, StaleMeeting, UnknownMeeting.
    """
    before = hold_meeting(session, meeting_id, revision)
    if any(getattr(before, name) != getattr(settings, name) for name in _WHEN):
        _require_nobody_inside(session, meeting_id)
    days, today = settings.weekday - before.weekday, local_date(now, find_zone(before.timezone))
    meeting = save_meeting(session, settings, meeting_id=meeting_id, revision=revision, by=by, now=now)
    if days:
        carry_changes(session, meeting, days, today=today)
        _carry_rooms(session, meeting_id, days, today)
    return meeting


def set_date(
    session: Session, meeting_id: str, change: DateChange, *, revision: int, by: str, now: datetime
) -> MeetingChange:
    """Cancel, move or restore one date. Raises EveningUnderWay, and what `change_date` raises."""
    hold_meeting(session, meeting_id, revision)
    _require_nobody_inside(session, meeting_id, change.on)
    return change_date(session, meeting_id, change, revision=revision, by=by, now=now)


def _require_nobody_inside(session: Session, meeting_id: str, on: date | None = None) -> None:
    """Held while we look: a moderator may be opening it in this moment."""
    rooms = select(Room.id).where(Room.meeting_id == meeting_id, Room.state != "closed").order_by(Room.id)
    these = rooms.where(Room.date == on) if on else rooms
    if any(enter(session, one).state in RUNNING for one in session.scalars(these).all()):
        raise EveningUnderWay


def _carry_rooms(session: Session, meeting_id: str, days: int, today: date) -> None:
    """Each keeps its week, unless an evening of that date has been held already."""
    rooms = session.scalars(select(Room).where(Room.meeting_id == meeting_id).order_by(Room.date)).all()
    to_come = [one for one in rooms if one.state in _TO_COME and one.date >= today]
    held = {one.date for one in rooms if one not in to_come}
    for room in to_come:
        if room.date + timedelta(days=days) not in held:
            room.date += timedelta(days=days)
    session.flush()
