"""What was missed in a room, for those without a socket: the same events, to the same people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.permissions import NotAllowed, allow
from realtime.door import require_welcome
from realtime.errors import NotJoined, RoomClosed, UnknownRoom
from realtime.eventlog import MOD, PUB, events_after, heads, member_stream, payload
from realtime.models import Participant, Room
from realtime.room import find_participant, find_room, leads
from realtime.snapshot import as_it_is_now
from realtime.told_lately import Asked, ToldLately
from realtime.views import View
from scheduling.meetings import current_occurrence, find_meeting

MEMBER = "member"


@dataclass(frozen=True)
class Missed:
    """The events after a number; `seq` is the stream's last number, `more` whether there are others yet."""

    epoch: str
    seq: int
    events: list[dict[str, Any]]
    more: bool


def missed(
    session: Session,
    slug: str,
    actor: Actor,
    stream: str,
    after: int,
    *,
    limit: int,
    lately: ToldLately | None = None,
    now: datetime,
) -> Missed:
    """Looks only: nobody is in the room because they read here. `session` is one `moment`.

    `lately` is what this process told others just now.

    Raises what coming in raises (UnknownMeeting, NothingPlanned, Removed, RoomClosed for whoever was not
    there), UnknownRoom before anybody came, NotAllowed for the desk's stream, NotJoined for one's own.
    """
    allow(actor, "room.join")
    room = find_room(session, current_occurrence(session, find_meeting(session, slug), now=now))
    if room is None:
        raise UnknownRoom
    name = _stream(session, room, actor, _place(session, room, actor, now), stream)
    head = heads(session, room.id, [name])[name]
    if name == PUB:
        asked = Asked(room.id, room.epoch, head, after, limit)
        told = (lately or ToldLately()).answer(asked, lambda: _public(session, asked))
    else:
        told = _told(session, room.id, name, after, limit)
    return Missed(room.epoch, head, told, bool(told) and told[-1]["seq"] < head)


def _public(session: Session, asked: Asked) -> list[View]:
    told = _told(session, asked.room_id, PUB, asked.after, asked.limit)
    return as_it_is_now(session, asked.room_id, told)


def _told(session: Session, room_id: str, stream: str, after: int, limit: int) -> list[View]:
    return [payload(event) for event in events_after(session, room_id, stream, after, limit=limit)]


def _place(session: Session, room: Room, actor: Actor, now: datetime) -> Participant | None:
    place = find_participant(session, room.id, actor.person_id)
    if place is None and room.state == "closed":
        raise RoomClosed
    require_welcome(session, room, actor, now=now)
    return place


def _stream(session: Session, room: Room, actor: Actor, place: Participant | None, asked: str) -> str:
    if asked == PUB:
        return PUB
    if asked == MOD:
        if not leads(session, room, actor):
            raise NotAllowed("Only this room's moderators can read that.")
        return MOD
    if place is None:
        raise NotJoined
    return member_stream(place.id)
