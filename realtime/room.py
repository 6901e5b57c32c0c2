"""One evening's room: finding it, holding it while a command works, and who may lead it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.people import Person
from auth.permissions import NotAllowed, allow, may
from foundation.database import lock
from realtime.errors import NotJoined, RoomClosed, RoomNotOpen, UnknownRoom
from realtime.models import Participant, Room
from realtime.stages import become
from scheduling.meetings import Occurrence, moderators

LOBBY_OPENS = timedelta(minutes=15)
RUNNING = ("open", "paused")
_BEFORE = ("scheduled", "lobby")


_ENTERED = (
    update(Room)
    .where(Room.id == bindparam("room"))
    .values(version=Room.version + 1)
    .returning(Room)
    .execution_options(populate_existing=True, synchronize_session=False)
)
_PLACE = (
    select(Participant)
    .where(Participant.room_id == bindparam("room"), Participant.person_id == bindparam("person"))
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class Desk:
    """What the permission map asks of a room."""

    moderator_ids: frozenset[str]


def room_of(session: Session, occurrence: Occurrence, *, now: datetime) -> Room:
    """The occurrence's room, made when first asked for; its times follow the meeting's until it opens."""
    lock(session, f"room-of:{occurrence.meeting_id}:{occurrence.date}")
    room = find_room(session, occurrence)
    if room is None:
        room = Room(meeting_id=occurrence.meeting_id, date=occurrence.date)
        room.starts_at, room.ends_at = occurrence.starts_at, occurrence.ends_at
        session.add(room)
        session.flush()
    return room if _is_level(room, occurrence, now) else _follow(session, room.id, occurrence, now)


def find_room(session: Session, occurrence: Occurrence) -> Room | None:
    this = Room.meeting_id == occurrence.meeting_id, Room.date == occurrence.date
    return session.scalar(select(Room).where(*this))


def enter(session: Session, room_id: str) -> Room:
    """Hold the room until the transaction ends: one command at a time. Raises UnknownRoom."""
    lock(session, f"room:{room_id}")
    room = session.scalar(_ENTERED, {"room": room_id})
    if room is None:
        raise UnknownRoom()
    return room


def require_running(room: Room) -> None:
    if room.state == "closed":
        raise RoomClosed()
    if room.state not in RUNNING:
        raise RoomNotOpen()


def leads(session: Session, room: Room, actor: Actor) -> bool:
    return may(actor, "room.moderate", Desk(moderators(session, room.meeting_id)))


def require_moderator(session: Session, room: Room, actor: Actor) -> None:
    if not leads(session, room, actor):
        raise NotAllowed("Only this room's moderators can do that.")


def participant_of(session: Session, room: Room, actor: Actor) -> Participant:
    """The actor's place in the room. Raises NotJoined."""
    allow(actor, "room.join")
    found = find_participant(session, room.id, actor.person_id)
    if found is None:
        raise NotJoined()
    return found


def find_participant(session: Session, room_id: str, person_id: str) -> Participant | None:
    """Somebody's place as it is now, also for a session that has looked at it before it held the room."""
    return session.scalar(_PLACE, {"room": room_id, "person": person_id})


def first_name(name: str) -> str:
    return name.split(maxsplit=1)[0]


def first_names(session: Session, ids: set[str | None]) -> dict[str, str]:
    """Staff are spoken of by first name."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    found = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {one: first_name(name) for one, name in found}


def _is_level(room: Room, occurrence: Occurrence, now: datetime) -> bool:
    """Whether the room stands as the meeting would have it; one that has opened keeps what it has."""
    times = (room.starts_at, room.ends_at) == (occurrence.starts_at, occurrence.ends_at)
    return room.state not in _BEFORE or (times and room.state == _state_before(occurrence, now))


def _state_before(occurrence: Occurrence, now: datetime) -> str:
    return "lobby" if now >= occurrence.starts_at - LOBBY_OPENS else "scheduled"


def _follow(session: Session, room_id: str, occurrence: Occurrence, now: datetime) -> Room:
    """Held while it changes: a moderator may be opening it in this moment."""
    room = enter(session, room_id)
    if room.state in _BEFORE:
        room.starts_at, room.ends_at = occurrence.starts_at, occurrence.ends_at
        become(room, _state_before(occurrence, now))
        session.flush()
    return room
