"""Coming in, under a name for this evening."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.people import STAFF, Person, PersonRole
from auth.permissions import allow
from realtime import pseudonyms
from realtime.door import require_welcome
from realtime.errors import NameTaken, RoomClosed, RoomFull, UsedBefore
from realtime.models import Participant, Room
from realtime.name_keys import key
from realtime.presence import be_seen
from realtime.room import enter, find_participant, first_name, leads
from realtime.telling import raise_alert
from realtime.written import is_crisis, read
from scheduling.meetings import Meeting, hosts, moderators

_chance = random.SystemRandom()


def join(session: Session, room_id: str, actor: Actor, *, now: datetime) -> Participant:
    """A place in the room, the same each time; without a chosen name the room gives one. Raises Removed."""
    allow(actor, "room.join")
    room = enter(session, room_id)
    require_welcome(session, room, actor, now=now)
    place = _place(session, room, actor, now)
    be_seen(session, room.id, actor.person_id, moderates=leads(session, room, actor), now=now)
    return place


def choose_name(
    session: Session, room_id: str, actor: Actor, name: str, *, ready: bool = False, now: datetime
) -> dict[str, Any]:
    """Come in as `name`, or change to it; `ready` says that they are by themselves and nobody reads along.

    Raises BadPseudonym, NameLikeStaff, NameTaken, UsedBefore, RoomClosed, Removed.
    A name that speaks of danger is not used: the person comes in under a given one, and somebody is told.
    """
    allow(actor, "room.join")
    room = enter(session, room_id)
    if is_crisis(name):
        return _come_in_worrying(session, room, actor, name, now)
    if room.state == "closed":
        raise RoomClosed()
    mine = find_participant(session, room.id, actor.person_id)
    require_welcome(session, room, actor, now=now)
    if mine is not None and ready:
        mine.ready_at = now
    if mine is not None and mine.pseudonym == name:
        return {"name": name, "state": "named"}
    tidy = pseudonyms.checked(name, staff=staff_names(session), own=actor.name)
    if not _is_free(session, room.id, tidy, mine):
        raise NameTaken()
    if _was_worn(session, room.id, actor.person_id, tidy):
        raise UsedBefore()
    if mine is None:
        _require_room_for(session, room, actor)
    place = mine or _new_place(session, room, actor, tidy, now)
    place.pseudonym, place.key = tidy, key(room.id, tidy)
    place.ready_at = now if ready else place.ready_at
    be_seen(session, room.id, actor.person_id, moderates=leads(session, room, actor), now=now)
    return {"name": tidy, "state": "named"}


def place_in_danger(session: Session, room: Room, actor: Actor, now: datetime) -> Participant:
    """A place for somebody whose words speak of danger, whatever the door says: heard, not let in."""
    allow(actor, "room.join")
    mine = find_participant(session, room.id, actor.person_id)
    return mine or _new_place(session, room, actor, _given_name(session, room, actor), now)


def suggested_names(session: Session, room_id: str, actor: Actor, count: int) -> list[str]:
    """Free names to choose from, which nobody has to take."""
    return list(islice(_suggestions(session, room_id, actor), count))


def staff_names(session: Session) -> list[str]:
    ours = select(PersonRole.person_id).where(PersonRole.role.in_([role.value for role in STAFF]))
    return list(session.scalars(select(Person.name).where(Person.id.in_(ours), Person.departed_at.is_(None))))


def give_place(session: Session, room: Room, actor: Actor, *, now: datetime) -> Participant:
    """A place for somebody who has none, under a given name. Raises RoomClosed, RoomFull."""
    if room.state == "closed":
        raise RoomClosed()
    _require_room_for(session, room, actor)
    return _new_place(session, room, actor, _given_name(session, room, actor), now)


def _place(session: Session, room: Room, actor: Actor, now: datetime) -> Participant:
    mine = find_participant(session, room.id, actor.person_id)
    return mine or give_place(session, room, actor, now=now)


def _given_name(session: Session, room: Room, actor: Actor) -> str:
    """Those who lead the room are known by their own name and duty; members get one that says nothing."""
    if leads(session, room, actor):
        duty = (
            "host" if actor.person_id in {one.id for one in hosts(session, room.meeting_id)} else "moderator"
        )
        for own in (f"{first_name(actor.name)}, {duty}", f"{actor.name}, {duty}"):
            if _is_free(session, room.id, own, None):
                return own
    return next(_suggestions(session, room.id, actor))


def seats_left(session: Session, room: Room) -> int | None:
    """How many may still come in; None when nobody counts. Those who lead take no place."""
    most = session.get_one(Meeting, room.meeting_id).capacity
    if most is None:
        return None
    leading = moderators(session, room.meeting_id)
    inside = Participant.room_id == room.id, Participant.removed_at.is_(None)
    taken = (
        select(func.count()).select_from(Participant).where(*inside, Participant.person_id.not_in(leading))
    )
    return most - (session.scalar(taken) or 0)


def _require_room_for(session: Session, room: Room, actor: Actor) -> None:
    """Whoever has come in keeps the place for the evening."""
    left = seats_left(session, room)
    if left is not None and left <= 0 and not leads(session, room, actor):
        raise RoomFull()


def _new_place(session: Session, room: Room, actor: Actor, name: str, now: datetime) -> Participant:
    place = Participant(
        room_id=room.id,
        person_id=actor.person_id,
        pseudonym=name,
        key=key(room.id, name),
        joined_at=now,
    )
    session.add(place)
    session.flush()
    return place


def _come_in_worrying(session: Session, room: Room, actor: Actor, name: str, now: datetime) -> dict[str, Any]:
    place = place_in_danger(session, room, actor, now)
    raise_alert(session, room, place, source="name", source_id=None, text=name, rule=read(name).rule, now=now)
    return {"name": place.pseudonym, "state": "escalated"}


def _is_free(session: Session, room_id: str, name: str, mine: Participant | None) -> bool:
    same = Participant.room_id == room_id, Participant.key == key(room_id, name)
    holder = session.scalar(select(Participant.id).where(*same))
    return holder is None or (mine is not None and holder == mine.id)


def _was_worn(session: Session, room_id: str, person_id: str, name: str) -> bool:
    """Whether they went by that name, or one like it, on another evening: then it would tie the two."""
    return _is_like(name, _worn(session, room_id, person_id))


def _worn(session: Session, room_id: str, person_id: str) -> Sequence[tuple[str, str]]:
    return worn_by(session, room_id, [person_id]).get(person_id, ())


def worn_by(session: Session, room_id: str, people: Iterable[str]) -> dict[str, Sequence[tuple[str, str]]]:
    """By person, the names of their other evenings, as pairs of a room and the name's key in it."""
    theirs = Participant.person_id.in_(people), Participant.room_id != room_id
    found: dict[str, Sequence[tuple[str, str]]] = {}
    asked = select(Participant.person_id, Participant.room_id, Participant.key).where(*theirs)
    for person_id, other, known in session.execute(asked):
        found[person_id] = [*found.get(person_id, ()), (other, known)]
    return found


def _is_like(name: str, worn: Iterable[tuple[str, str]]) -> bool:
    return any(known == key(other, name) for other, known in worn)


def _suggestions(session: Session, room_id: str, actor: Actor) -> Iterator[str]:
    return fitting(free_names(session, room_id), actor, _worn(session, room_id, actor.person_id))


def fitting(names: Iterator[str], actor: Actor, worn: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Those that the actor could also have typed: like neither their own nor one of another evening."""
    return (
        name for name in names if not pseudonyms.looks_like(name, [actor.name]) and not _is_like(name, worn)
    )


def free_names(session: Session, room_id: str) -> Iterator[str]:
    """Made-up names, each of them once, that nobody here has and that are like nobody's of the staff."""
    known = staff_names(session)

    def still_free(names: Sequence[str]) -> Iterator[str]:
        keys = {name: key(room_id, name) for name in names}
        same = Participant.room_id == room_id, Participant.key.in_(keys.values())
        taken = set(session.scalars(select(Participant.key).where(*same)))
        for name in names:
            if keys[name] not in taken and not pseudonyms.looks_like(name, known):
                taken.add(keys[name])
                yield name

    return pseudonyms.suggestions(still_free, chance=_chance)
