"""Who leads the evening now, and how leading goes on: offered, then accepted, declined or taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.people import Person
from foundation.audit import record
from realtime.errors import NotAtTheDesk, NotLeading, RoomClosed
from realtime.eventlog import MOD, PUB, append
from realtime.models import Room
from realtime.presence import at_desk
from realtime.room import enter, first_name, require_moderator
from realtime.views import View
from scheduling.meetings import hosts


def hand_over(session: Session, room_id: str, actor: Actor, to: str, *, now: datetime) -> dict[str, Any]:
    """Offer leading to `to`, a person's id. One's own id accepts what is offered, or takes one's offer back;
    the leader's id declines. While the leader is away, whoever is at the desk may take it.

    Raises NotLeading, NotAtTheDesk, RoomClosed.
    """
    room = enter(session, room_id)
    require_moderator(session, room, actor)
    if room.state == "closed":
        raise RoomClosed()
    before = room.host_id, room.host_offered_id
    _change(session, room, actor.person_id, to, now)
    if before != (room.host_id, room.host_offered_id):
        _tell(session, room, actor, now)
    return hosting_view(session, room)


def leader_of(session: Session, room: Room) -> Person | None:
    """Who leads: whoever took over, else the meeting's first host by name."""
    if room.host_id is not None:
        return session.get_one(Person, room.host_id)
    return next(iter(hosts(session, room.meeting_id)), None)


def host_ids(session: Session, room: Room) -> frozenset[str]:
    return frozenset(one.id for one in hosts(session, room.meeting_id))


def leader_name(session: Session, room: Room) -> str | None:
    """The first name, which members read too."""
    leader = leader_of(session, room)
    return first_name(leader.name) if leader else None


def hosting_view(session: Session, room: Room) -> View:
    """For the desk: who leads, and to whom it is offered."""
    leader = leader_of(session, room)
    offered = session.get(Person, room.host_offered_id) if room.host_offered_id else None
    return {
        "host_id": leader.id if leader else None,
        "host": first_name(leader.name) if leader else None,
        "offered_id": offered.id if offered else None,
        "offered": first_name(offered.name) if offered else None,
    }


def may_take(session: Session, room: Room, person_id: str, *, now: datetime) -> bool:
    """It is offered to them, or nobody who leads is there."""
    leader = leader_of(session, room)
    return (
        room.host_offered_id == person_id
        or leader is None
        or leader.id not in at_desk(session, room.id, now=now)
    )


def others_at_desk(session: Session, room: Room, *, now: datetime) -> list[Person]:
    """Whom leading can be handed to, by name."""
    leader = leader_of(session, room)
    people = [session.get_one(Person, one) for one in at_desk(session, room.id, now=now)]
    return sorted((one for one in people if leader is None or one.id != leader.id), key=lambda one: one.name)


def _change(session: Session, room: Room, me: str, to: str, now: datetime) -> None:
    leader = leader_of(session, room)
    leads_now = leader is not None and leader.id == me
    if leads_now and to == me:
        room.host_offered_id = None
    elif to == me and may_take(session, room, me, now=now):
        room.host_id, room.host_offered_id = me, None
    elif leader is not None and to == leader.id and room.host_offered_id == me:
        room.host_offered_id = None
    elif not leads_now:
        raise NotLeading()
    elif to not in at_desk(session, room.id, now=now):
        raise NotAtTheDesk()
    else:
        room.host_offered_id = to


def _tell(session: Session, room: Room, actor: Actor, now: datetime) -> None:
    """Members learn who leads once it is so; offers stay at the desk."""
    session.flush()
    append(session, room, MOD, "host", hosting_view(session, room), now=now)
    if room.host_offered_id is None:
        append(session, room, PUB, "host", {"host": leader_name(session, room)}, now=now)
    detail = {"host": room.host_id, "offered": room.host_offered_id}
    record(
        session,
        actor=actor.person_id,
        action="room.host",
        kind="room",
        object_id=room.id,
        now=now,
        detail=detail,
    )
