"""How long each person was in a room while it was open, told from when they were seen; for the journal."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from realtime.models import Participant, Presence, Room
from scheduling.attendance_journal import Held, note_room

_MINUTE = timedelta(minutes=1)


def forget_the_lobby(session: Session, room: Room) -> None:
    """Whoever waited, left and waited again has not been at the meeting yet."""
    session.execute(update(Presence).where(Presence.room_id == room.id).values(seconds=0))


def minutes_here(seen: Presence, opened_at: datetime) -> int:
    """Whole minutes since the room opened."""
    begun_at = max(seen.begun_at or seen.seen_at, opened_at)
    stayed = timedelta(seconds=seen.seconds) + max(seen.seen_at - begun_at, timedelta(0))
    return int(stayed / _MINUTE)


def note_stays(session: Session, room: Room, *, now: datetime) -> None:
    """Write who was here into the journal; the caller holds the room. One that never opened had nobody."""
    if room.opened_at is None:
        return
    sat = select(Participant.person_id).where(Participant.room_id == room.id)
    here = select(Presence).where(Presence.room_id == room.id, Presence.person_id.in_(sat))
    minutes = {one.person_id: minutes_here(one, room.opened_at) for one in session.scalars(here)}
    note_room(session, Held(room.meeting_id, room.date, room.starts_at), minutes, now=now)
