"""The sockets of this process: who each one is, and where it sits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.sessions import find_actor, is_visit_due, note_visit
from auth.tokens import Scope, find_actor_by_token, note_uses
from realtime.pace import Pace

_PARTS = 6


@dataclass(frozen=True, slots=True)
class Credential:
    """A sign-in's token from the cookie, or an API token from the handshake."""

    secret: str = field(repr=False)
    is_api: bool = False

    def actor(self, session: Session, *, now: datetime) -> Actor | None:
        """Whom it lets in at this moment. A room is written to, so a token that only reads lets nobody in."""
        if self.is_api:
            return find_actor_by_token(session, self.secret, needs=Scope.WRITE)
        return find_actor(session, self.secret, now=now)

    def note(self, session: Session, actor: Actor, *, now: datetime) -> None:
        """They were here; at most once a minute."""
        if not is_visit_due(actor, now=now):
            return
        if actor.session_id is not None:
            note_visit(session, actor.session_id, now=now)
        else:
            note_uses(session, [self.secret], now=now)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a socket sits. `channels` are the streams it hears."""

    room_id: str
    person_id: str
    participant_id: str
    leads: bool
    channels: tuple[str, ...]


@dataclass(slots=True)
class Visitor:
    credential: Credential
    place: Place | None = None
    pace: Pace = field(default_factory=Pace)
    heed: Pace = field(default_factory=Pace)
    """How often, past the pace, their words are still heard for meaning; rules hear every one of them."""


class Visitors:
    """By socket id, and by the room they sit in. `next_to_check` walks round them all, a part at a time."""

    def __init__(self) -> None:
        self.by_sid: dict[str, Visitor] = {}
        self._rooms: dict[str, dict[str, Place]] = {}
        self._round: Iterator[str] = iter(())

    def seat(self, sid: str, place: Place) -> Place | None:
        """Let a visitor sit there; returns the place that they leave for it."""
        visitor = self.by_sid[sid]
        left, visitor.place = visitor.place, place
        if left is not None:
            self._rise(sid, left)
        self._rooms.setdefault(place.room_id, {})[sid] = place
        return left

    def forget(self, sid: str) -> Place | None:
        """The socket is gone; returns the place that it had."""
        visitor = self.by_sid.pop(sid, None)
        if visitor is None or visitor.place is None:
            return None
        self._rise(sid, visitor.place)
        return visitor.place

    def rooms(self) -> list[str]:
        return list(self._rooms)

    def has(self, room_id: str) -> bool:
        """Whether anybody of this process sits in the room."""
        return room_id in self._rooms

    def people(self, room_id: str) -> set[str]:
        return {place.person_id for place in self._rooms.get(room_id, {}).values()}

    def sids_in(self, heard: str) -> list[str]:
        """Those who hear a channel, whose name begins with its room's."""
        places = self._rooms.get(heard.partition("/")[0], {})
        return [sid for sid, place in places.items() if heard in place.channels]

    def next_to_check(self, fewest: int) -> list[tuple[str, Visitor]]:
        """A part of the sockets, at least `fewest`: each of them comes up every few beats."""
        most = max(fewest, len(self.by_sid) // _PARTS + 1)
        batch = list(islice(self._round, most))
        if not batch:
            self._round = iter(list(self.by_sid))
            batch = list(islice(self._round, most))
        return [(sid, self.by_sid[sid]) for sid in batch if sid in self.by_sid]

    def _rise(self, sid: str, place: Place) -> None:
        sitting = self._rooms[place.room_id]
        del sitting[sid]
        if not sitting:
            del self._rooms[place.room_id]
