"""Sockets that come into rooms: whoever comes in the same moment shares the statements it takes.

First the places, in one transaction; then each hears the room; then all are told what it is in one moment: an
event in between may come twice, never not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from foundation.database import Database
from foundation.errors import DomainError
from realtime.arrivals import Arrival, arrive
from realtime.eventlog import heads
from realtime.models import Room
from realtime.snapshot import about_each, caught_up
from realtime.snapshots import Snapshots
from realtime.together import Together
from realtime.visitors import Visitor

_MOST_AT_ONCE = 50
_PAUSE_SECONDS = 0.2
"""In a rush, so that the loop can take in more of those at the door: a socket needs several turns of it."""
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Coming:
    """A socket that asks to come in; `after` and `epoch` say what it has."""

    sid: str
    visitor: Visitor
    slug: str
    after: Mapping[str, int] | None
    epoch: str | None


Sit = Callable[[Coming, Arrival], None]
"""Lets the socket hear the room. Raises NotSignedIn if it has gone."""


class ComingIn:
    def __init__(
        self, database: Database, clock: Callable[[], datetime], snapshots: Snapshots, sit: Sit
    ) -> None:
        self._database = database
        self._clock = clock
        self._snapshots = snapshots
        self._sit = sit
        self._together: Together[Coming, Answer] = Together(
            self._serve, most=_MOST_AT_ONCE, pause=_PAUSE_SECONDS
        )

    def join(self, coming: Coming) -> Answer:
        """What the room is, or what was missed of it. Raises why they may not come in."""
        return self._together.ask(coming)

    def _serve(self, coming: Sequence[Coming]) -> Sequence[Answer | Exception]:
        outcomes: dict[int, Answer | Exception] = {}
        for slug in sorted({one.slug for one in coming}):
            mine = [number for number, one in enumerate(coming) if one.slug == slug]
            outcomes.update(zip(mine, self._serve_room(slug, [coming[n] for n in mine]), strict=True))
        return [outcomes[number] for number in range(len(coming))]

    def _serve_room(self, slug: str, coming: Sequence[Coming]) -> Sequence[Answer | Exception]:
        now, credentials = self._clock(), [one.visitor.credential for one in coming]
        try:
            arrived = self._database.change(lambda session: arrive(session, slug, credentials, now=now))
            seated = [self._seated(one, arrival) for one, arrival in zip(coming, arrived, strict=True)]
            return self._told(coming, seated)
        except (SQLAlchemyError, DomainError) as error:
            return [error] * len(coming)

    def _seated(self, coming: Coming, arrival: Arrival | DomainError) -> Arrival | DomainError:
        if isinstance(arrival, DomainError):
            return arrival
        try:
            self._sit(coming, arrival)
        except DomainError as refusal:
            return refusal
        return arrival

    def _told(
        self, coming: Sequence[Coming], seated: Sequence[Arrival | DomainError]
    ) -> Sequence[Answer | Exception]:
        """Everybody in the one moment, each what is theirs."""
        inside = [(asked, one) for asked, one in zip(coming, seated, strict=True) if isinstance(one, Arrival)]
        answers = iter(self._answers(inside) if inside else [])
        return [next(answers) if isinstance(one, Arrival) else one for one in seated]

    def _answers(self, inside: Sequence[tuple[Coming, Arrival]]) -> list[Answer]:
        with self._database.moment() as session:
            room = session.get_one(Room, inside[0][1].room_id)
            seats = [one.seat for _, one in inside]
            now_at = heads(session, room.id, sorted({stream for seat in seats for stream in seat.streams}))
            about = about_each(session, room, [(one.seat, one.actor.name) for _, one in inside])
            whole = self._snapshots.whole
            return [
                {**caught_up(session, room, seat, now_at, asked.after, asked.epoch, whole), "me": me}
                for (asked, _), seat, me in zip(inside, seats, about, strict=True)
            ]
