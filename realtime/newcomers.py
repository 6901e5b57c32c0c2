"""Those who come into a room for the first time together: names and rows are asked for all at once."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from auth.actor import Actor
from foundation.columns import new_id
from realtime.errors import RoomClosed, RoomFull
from realtime.joining import fitting, free_names, seats_left, worn_by
from realtime.models import Participant, Room
from realtime.name_keys import key


class Newcomers:
    """Places by the rules of `joining.give_place`, for members; the caller holds the room.

    `people` are all who may come; nothing is asked before the first one needs a place.
    """

    def __init__(self, session: Session, room: Room, people: Collection[str], now: datetime) -> None:
        self._session = session
        self._room = room
        self._people = people
        self._now = now
        self._came = 0

    def give_place(self, actor: Actor) -> Participant:
        """Written with the others' at the next look into the database. Raises RoomClosed, RoomFull."""
        if self._room.state == "closed":
            raise RoomClosed
        if self._left is not None and self._came >= self._left:
            raise RoomFull
        name = next(fitting(self._names, actor, self._worn.get(actor.person_id, ())))
        place = Participant(
            id=new_id(),
            room_id=self._room.id,
            person_id=actor.person_id,
            pseudonym=name,
            key=key(self._room.id, name),
            joined_at=self._now,
        )
        self._session.add(place)
        self._came += 1
        return place

    @cached_property
    def _left(self) -> int | None:
        return seats_left(self._session, self._room)

    @cached_property
    def _names(self) -> Iterator[str]:
        return free_names(self._session, self._room.id)

    @cached_property
    def _worn(self) -> dict[str, Sequence[tuple[str, str]]]:
        return worn_by(self._session, self._room.id, self._people)
