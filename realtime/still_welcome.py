"""Which sockets may not stay. Each pulse of each process asks, so many are looked at in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.sessions import still_open
from auth.tokens import still_valid
from realtime.door import Standing, kept_outside
from realtime.models import Participant, Room
from realtime.room import leads
from realtime.visitors import Credential, Place, Visitor


class _Sitting(NamedTuple):
    sid: str
    credential: Credential
    place: Place | None


def unwelcome(
    session: Session, sockets: Sequence[tuple[str, Visitor]], *, now: datetime
) -> list[tuple[str, str]]:
    """The ids of those that have to go, each with the reason.

    They are judged by where they sat at first: whoever sits down while we ask is for the next time.
    """
    sitting = [_Sitting(sid, visitor.credential, visitor.place) for sid, visitor in sockets]
    welcome = let_in(session, {one.credential for one in sitting}, now)
    places = _places(session, [one.place for one in sitting if one.place])
    told = [(one.sid, _why_not(session, one, welcome, places, now)) for one in sitting]
    return [(sid, why) for sid, why in told if why is not None]


def let_in(session: Session, credentials: Iterable[Credential], now: datetime) -> set[Credential]:
    """Those of these that let somebody in now."""
    asked = list(credentials)
    tokens = still_valid(session, [one.secret for one in asked if one.is_api])
    signed_in = still_open(session, [one.secret for one in asked if not one.is_api], now=now)
    return {one for one in asked if one.secret in (tokens if one.is_api else signed_in)}


def _places(session: Session, sitting: Iterable[Place]) -> Mapping[str, Standing]:
    """Columns only: each process asks for hundreds of them a second, and the names are sealed."""
    ids = {place.participant_id for place in sitting}
    asked = select(Participant.id, Participant.removed_at, Participant.away_until)
    return {one.id: one for one in session.execute(asked.where(Participant.id.in_(ids)))} if ids else {}


def _why_not(
    session: Session,
    one: _Sitting,
    welcome: set[Credential],
    places: Mapping[str, Standing],
    now: datetime,
) -> str | None:
    if one.credential not in welcome:
        return "signed_out"
    if one.place is None:
        return None
    place = places.get(one.place.participant_id)
    if place is None:
        return "removed"
    if (outside := kept_outside(place, now)) is not None:
        return outside.reason
    return None if _may_sit_there(session, one.credential, one.place, now) else "role_changed"


def _may_sit_there(session: Session, credential: Credential, place: Place, now: datetime) -> bool:
    if not place.leads:
        return True
    actor = credential.actor(session, now=now)
    return actor is not None and leads(session, session.get_one(Room, place.room_id), actor)
