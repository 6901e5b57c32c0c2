"""The votes of one process: whoever votes in the same moment is counted in the same transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from foundation.database import Database
from realtime.ballots import Ballot, cast_votes
from realtime.together import Together

Outcomes = Sequence[dict[str, Any] | Exception]


class Votes:
    """`clock` gives the present, once for each round of ballots."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._together: Together[Ballot, dict[str, Any]] = Together(self._count)

    def cast(self, ballot: Ballot) -> dict[str, Any]:
        """The question's votes, once this one is committed. Raises why it was refused."""
        return self._together.ask(ballot)

    def _count(self, ballots: Sequence[Ballot]) -> Outcomes:
        """Each room's in a transaction of its own: one that fails takes no other with it."""
        outcomes: dict[int, dict[str, Any] | Exception] = {}
        for room_id in sorted({one.room_id for one in ballots}):
            mine = [number for number, one in enumerate(ballots) if one.room_id == room_id]
            found = self._count_in(room_id, [ballots[number] for number in mine])
            outcomes.update(zip(mine, found, strict=True))
        return [outcomes[number] for number in range(len(ballots))]

    def _count_in(self, room_id: str, ballots: Sequence[Ballot]) -> Outcomes:
        now = self._clock()
        try:
            return self._database.change(lambda session: cast_votes(session, room_id, ballots, now=now))
        except SQLAlchemyError as error:
            return [error] * len(ballots)
