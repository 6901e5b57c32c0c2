"""The sockets of this process: who each one is, and where it sits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.sessions import find_actor
from auth.tokens import find_actor_by_token
from realtime.pace import Pace


@dataclass(frozen=True)
class Credential:
    """A sign-in's token from the cookie, or an API token from the handshake."""

    secret: str = field(repr=False)
    is_api: bool = False

    def actor(self, session: Session, *, now: datetime) -> Actor | None:
        """Whom it lets in at this moment."""
        find = find_actor_by_token if self.is_api else find_actor
        return find(session, self.secret, now=now)


@dataclass(frozen=True)
class Place:
    """Where a socket sits. `channels` are the streams it hears."""

    room_id: str
    person_id: str
    participant_id: str
    leads: bool
    channels: tuple[str, ...]


@dataclass
class Visitor:
    credential: Credential
    place: Place | None = None
    pace: Pace = field(default_factory=Pace)
    heed: Pace = field(default_factory=Pace)
    """How often, past the pace, their words are still heard for meaning; rules hear every one of them."""


class Visitors:
    """By socket id. `next_to_check` walks round them all, a part at a time."""

    def __init__(self) -> None:
        self.by_sid: dict[str, Visitor] = {}
        self._round: Iterator[str] = iter(())

    def rooms(self) -> set[str]:
        return {one.place.room_id for one in self.by_sid.values() if one.place}

    def people(self, room_id: str) -> set[str]:
        places = (one.place for one in self.by_sid.values())
        return {place.person_id for place in places if place and place.room_id == room_id}

    def sids_in(self, heard: str) -> list[str]:
        return [sid for sid, one in self.by_sid.items() if one.place and heard in one.place.channels]

    def next_to_check(self, fewest: int) -> list[tuple[str, Visitor]]:
        """A quarter of the sockets, at least `fewest`."""
        batch = list(islice(self._round, max(fewest, len(self.by_sid) // 4 + 1)))
        if not batch:
            self._round = iter(list(self.by_sid))
            batch = list(islice(self._round, max(fewest, len(self.by_sid) // 4 + 1)))
        return [(sid, self.by_sid[sid]) for sid in batch if sid in self.by_sid]
