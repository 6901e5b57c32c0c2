"""What happens to rooms by themselves: held when unattended, closed when the evening is long over."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from realtime.errors import Undisposed
from realtime.models import Room
from realtime.presence import has_moderator
from realtime.room import RUNNING, enter
from realtime.steering import close, hold_if_unattended
from realtime.telling import tell_room

CLOSES_AFTER = timedelta(hours=3)
_log = logging.getLogger("evenside.realtime")


def sweep(session: Session, now: datetime) -> int:
    """Hold rooms without a moderator, close those three hours past their end. Returns how many changed."""
    changed = sum(hold_if_unattended(session, room_id, now=now) for room_id in _in_state(session, ("open",)))
    due = _in_state(session, (*RUNNING, "lobby", "scheduled"), ended_before=now - CLOSES_AFTER)
    return changed + sum(_close_quietly(session, room_id, now) for room_id in due)


def _in_state(session: Session, states: tuple[str, ...], ended_before: datetime | None = None) -> list[str]:
    these = select(Room.id).where(Room.state.in_(states))
    if ended_before is not None:
        these = these.where(Room.ends_at <= ended_before)
    return list(session.scalars(these.order_by(Room.id)))


def _close_quietly(session: Session, room_id: str, now: datetime) -> bool:
    """A room with somebody still at the desk, or with an alert nobody has ended, stays."""
    room = enter(session, room_id)
    if room.state == "closed" or has_moderator(session, room.id, now=now):
        return False
    try:
        close(session, room, now=now)
    except Undisposed:
        _log.warning("a room stays open: an alert has no ending", extra={"room": room.id})
        return False
    session.flush()
    tell_room(session, room, now=now)
    return True
