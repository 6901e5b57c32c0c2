"""Many who come into one room in the same moment, in one transaction: by the rules of `joining.join`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.permissions import NotSignedIn, allow, may
from foundation.errors import DomainError
from realtime.actors import actors_of
from realtime.door import kept_outside, refuse
from realtime.errors import Barred
from realtime.joining import give_place
from realtime.models import Bar, Participant, Room
from realtime.newcomers import Newcomers
from realtime.presence import see_all
from realtime.room import Desk, enter, room_of
from realtime.snapshot import Seat
from realtime.visitors import Credential
from scheduling.meetings import current_occurrence, find_meeting, moderators


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has come in."""

    room_id: str
    actor: Actor
    seat: Seat


@dataclass(frozen=True)
class _Door:
    """What is known of a room and of all who stand at its door."""

    room: Room
    desk: Desk
    barred: frozenset[str]
    places: dict[str, Participant]
    newcomers: Newcomers


def arrive(
    session: Session, slug: str, credentials: Sequence[Credential], *, now: datetime
) -> list[Arrival | DomainError]:
    """For each, in their order: their seat, or why they may not come in.

    Raises UnknownMeeting and NothingPlanned, which are for all of them.
    """
    meeting = find_meeting(session, slug)
    room = enter(session, room_of(session, current_occurrence(session, meeting, now=now), now=now).id)
    actors = actors_of(session, set(credentials), now=now)
    door = _door(session, room, {one.person_id for one in actors.values()}, now)
    arrived = [_let_in(session, door, actors.get(one), now) for one in credentials]
    came = [one for one in arrived if isinstance(one, Arrival)]
    see_all(session, room.id, {one.actor.person_id: one.seat.leads for one in came}, now=now)
    return arrived


def _door(session: Session, room: Room, people: set[str], now: datetime) -> _Door:
    barred = select(Bar.person_id).where(Bar.meeting_id == room.meeting_id, Bar.person_id.in_(people))
    these = Participant.room_id == room.id, Participant.person_id.in_(people)
    places = session.scalars(select(Participant).where(*these))
    return _Door(
        room,
        Desk(moderators(session, room.meeting_id)),
        frozenset(session.scalars(barred)),
        {one.person_id: one for one in places},
        Newcomers(session, room, people, now),
    )


def _let_in(session: Session, door: _Door, actor: Actor | None, now: datetime) -> Arrival | DomainError:
    try:
        if actor is None:
            raise NotSignedIn
        return Arrival(door.room.id, actor, _seat(session, door, actor, now))
    except DomainError as refusal:
        return refusal


def _seat(session: Session, door: _Door, actor: Actor, now: datetime) -> Seat:
    allow(actor, "room.join")
    leads = may(actor, "room.moderate", door.desk)
    if actor.person_id in door.barred and not leads:
        raise Barred
    place = door.places.get(actor.person_id)
    refuse(kept_outside(place, now))
    if place is None:
        theirs = give_place(session, door.room, actor, now=now) if leads else door.newcomers.give_place(actor)
        place = door.places[actor.person_id] = theirs
    return Seat(place, leads)
