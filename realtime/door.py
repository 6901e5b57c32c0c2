"""Who may be inside now. Others are told why and until when, and their words of danger are heard anyway."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime.errors import Barred, Removed, TimedOut
from realtime.models import Bar, Participant, Room
from realtime.room import find_participant, leads


class Standing(Protocol):
    """What a place says of its person's way in: a Participant does, and so does a row of these columns."""

    @property
    def removed_at(self) -> Any: ...
    @property
    def away_until(self) -> Any: ...


_STANDING = select(Participant.removed_at, Participant.away_until).where(
    Participant.room_id == bindparam("room"), Participant.person_id == bindparam("person")
)


@dataclass(frozen=True)
class Outside:
    """`reason` is removed, barred or time_out; only a time-out ends by itself, at `until`."""

    reason: str
    until: datetime | None = None


def why_outside(session: Session, room: Room, actor: Actor, *, now: datetime) -> Outside | None:
    """Why this person may not come in now; None when they may."""
    barred = session.get(Bar, (room.meeting_id, actor.person_id)) is not None
    if barred and not leads(session, room, actor):
        return Outside("barred")
    return kept_outside(find_participant(session, room.id, actor.person_id), now)


def kept_outside(place: Standing | None, now: datetime) -> Outside | None:
    """The same for somebody who has a place; a bar ends their evening too, so the place tells all."""
    if place is None:
        return None
    if place.removed_at is not None:
        return Outside("removed")
    away = place.away_until is not None and place.away_until > now
    return Outside("time_out", place.away_until) if away else None


def standing(session: Session, room_id: str, person_id: str) -> Standing | None:
    """The same of somebody's place without the rest of it: asked before every command."""
    return session.execute(_STANDING, {"room": room_id, "person": person_id}).first()


def require_inside(place: Standing | None, now: datetime) -> None:
    """Raises Removed or TimedOut."""
    refuse(kept_outside(place, now))


def require_welcome(session: Session, room: Room, actor: Actor, *, now: datetime) -> None:
    """Raises Removed, TimedOut or Barred."""
    refuse(why_outside(session, room, actor, now=now))


def refuse(outside: Outside | None) -> None:
    if outside is None:
        return
    if outside.until is not None:
        raise TimedOut(until=outside.until.isoformat())
    raise Barred() if outside.reason == "barred" else Removed()
