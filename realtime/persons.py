"""What moderators do about a person: ask to listen, ask to leave, invite to speak."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor
from foundation.audit import record
from realtime.errors import BadPayload, UnknownPseudonym
from realtime.eventlog import MOD, append, member_stream
from realtime.models import Participant, Room
from realtime.name_keys import key
from realtime.presence import leave
from realtime.room import enter, require_moderator
from realtime.telling import tell_hands
from realtime.views import iso

MUTE_LASTS = timedelta(minutes=10)


def act_on_person(
    session: Session, room_id: str, actor: Actor, pseudonym: str, action: str, *, now: datetime
) -> dict[str, Any]:
    """mute, unmute, remove or invite. Raises UnknownPseudonym, BadPayload."""
    room = enter(session, room_id)
    require_moderator(session, room, actor)
    act = _ACTS.get(action)
    if act is None:
        raise BadPayload("A person can be muted, unmuted, removed or invited.")
    person = _named(session, room, pseudonym)
    act(session, room, person, now)
    session.flush()
    _tell(session, room, person, now)
    record(
        session,
        actor=actor.person_id,
        action=f"person.{action}",
        kind="participant",
        object_id=person.id,
        now=now,
    )
    return {}


def _named(session: Session, room: Room, pseudonym: str) -> Participant:
    known_as = Participant.room_id == room.id, Participant.key == key(room.id, pseudonym)
    found = session.scalar(select(Participant).where(*known_as))
    if found is None:
        raise UnknownPseudonym()
    return found


def _mute(_session: Session, _room: Room, person: Participant, now: datetime) -> None:
    person.muted_until = now + MUTE_LASTS


def _unmute(_session: Session, _room: Room, person: Participant, _now: datetime) -> None:
    person.muted_until = None


def _remove(session: Session, room: Room, person: Participant, now: datetime) -> None:
    person.removed_at, person.hand_at = now, None
    leave(session, room.id, person.person_id)
    append(session, room, member_stream(person.id), "gone", {"reason": "removed"}, now=now)
    tell_hands(session, room, now=now)


def _invite(session: Session, room: Room, person: Participant, now: datetime) -> None:
    person.hand_at = None
    person.spoken += 1
    append(session, room, member_stream(person.id), "invited", {}, now=now)
    tell_hands(session, room, now=now)


_ACTS: dict[str, Callable[[Session, Room, Participant, datetime], None]] = {
    "mute": _mute,
    "unmute": _unmute,
    "remove": _remove,
    "invite": _invite,
}


def _tell(session: Session, room: Room, person: Participant, now: datetime) -> None:
    muted = {"muted_until": iso(person.muted_until)}
    append(session, room, member_stream(person.id), "person", muted, now=now)
    told = {"who": person.pseudonym, "removed": person.removed_at is not None, **muted}
    append(session, room, MOD, "person", told, now=now)
