"""What was written in an evening is erased when its days are over; counts and the trail of acts stay."""

from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from foundation.audit import record
from foundation.columns import new_id
from foundation.settings import KEEP_DAYS
from realtime.models import CommandResult, Participant, Presence, Question, Room, RoomEvent, RoomNote
from realtime.room import enter
from realtime.telling import PLACE
from safety.flags import open_flags
from scheduling.meeting_records import Meeting

_AT_ONCE = 20
_GONE_WHOLE = (RoomEvent, CommandResult, RoomNote, Presence)


def erase_due(session: Session, *, now: datetime, keep_days: int = KEEP_DAYS) -> int:
    """Erase evenings closed longer ago than their meeting keeps them, else `keep_days`. Says how many."""
    due = [room_id for room_id, when in _closed(session, keep_days) if when <= now]
    erased = (room_id for room_id in due if _erase(session, room_id, now))
    return sum(1 for _ in islice(erased, _AT_ONCE))


def _closed(session: Session, keep_days: int) -> list[tuple[str, datetime]]:
    rows = session.execute(
        select(Room.id, Room.closed_at, Meeting.keep_days)
        .join(Meeting, Meeting.id == Room.meeting_id)
        .where(Room.state == "closed", _holds_words(), Room.closed_at.is_not(None))
        .order_by(Room.closed_at)
    )
    return [
        (one, closed + timedelta(days=keep_days if own is None else own))
        for one, closed, own in rows
        if closed is not None
    ]


def _holds_words() -> ColumnElement[bool]:
    """Not erased yet; or something was told in it since, by whoever still had it open or was in danger."""
    return or_(Room.erased_at.is_(None), exists().where(RoomEvent.room_id == Room.id))


def _erase(session: Session, room_id: str, now: datetime) -> bool:
    """Not while somebody of that evening still needs a person."""
    room = enter(session, room_id)
    if open_flags(session, f"{PLACE}{room.id}"):
        return False
    blank = {"text": "", "original": None, "reply": None}
    session.execute(update(Question).where(Question.room_id == room.id).values(**blank))
    nameless = {"pseudonym": "", "key": Participant.id}
    session.execute(update(Participant).where(Participant.room_id == room.id).values(**nameless))
    for table in _GONE_WHOLE:
        session.execute(delete(table).where(table.room_id == room.id))
    room.erased_at, room.epoch = now, new_id()
    record(session, actor=None, action="room.erased", kind="room", object_id=room.id, now=now)
    session.flush()
    return True
