"""An evening in the live room that goes on through every kill: lines, questions, votes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from tests.hall import PATIENCE, Hall, compare
from tests.hall_guest import Guest
from tests.house import House
from tests.live_house import LiveEvening, a_live_evening

_QUESTION = "How do you spend a free Sunday?"
_EVERY_SECONDS = 0.1
_TURNS = ("ask", "vote", "line", "vote", "line", "vote", "line", "vote", "line", "vote")
"""The room takes no more questions and lines of one person in a minute (realtime/sparing.py)."""


@dataclass
class Sitting:
    """A desk and members. What they were answered for: `said`, `asked`, `voted`."""

    evening: LiveEvening
    hall: Hall

    def __post_init__(self) -> None:
        self._turns = count()
        self._votes: dict[str, tuple[str, str]] = {}

    @property
    def said(self) -> list[tuple[int, str]]:
        """The number of each line, and the mark at its end."""
        marks = [item for guest in self.hall.guests for item in guest.acknowledged.items()]
        return [(answer["seq"], mark) for mark, answer in marks if "seq" in answer]

    @property
    def asked(self) -> list[str]:
        answers = [one for guest in self.hall.guests for one in guest.acknowledged.values()]
        return [one["question"] for one in answers if "question" in one]

    @property
    def voted(self) -> list[tuple[str, str]]:
        """Question and person."""
        marks = {mark for guest in self.hall.guests for mark in guest.acknowledged}
        return [pair for mark, pair in self._votes.items() if mark in marks]

    def _live(self) -> str:
        """Some question that everybody sees; empty when there is none yet."""
        answers = (one for guest in self.hall.guests for one in reversed(guest.acknowledged.values()))
        return next((one["question"] for one in answers if one.get("state") == "live"), "")

    def return_to(self, house: House) -> None:
        """Everybody is inside again, and what was owed to them is answered. The room is open."""
        self.evening = replace(self.evening, database=house.database)
        self.hall.move_to(house.url)
        if not self.hall.guests:
            self.hall.seat([self.evening.desk_token, *self.evening.tokens])
        desk, mark = self.hall.guests[0], f"open{next(self._turns)}"
        desk.say("room", {"open": True, "policy": "open", "chat": True, "panic": False}, mark)
        self.hall.run_until(self.hall.is_settled, "somebody is not back, or waits for an answer")

    def run_until(self, is_true: Callable[[], bool], why: str) -> None:
        """One after the other they do something, and everybody listens."""
        deadline = time.monotonic() + PATIENCE
        while not is_true():
            assert time.monotonic() < deadline, f"{why}; {self.hall.state()}"
            self._turn()

    def run_for(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._turn()

    def _turn(self) -> None:
        turn = next(self._turns)
        guest = self.hall.guests[1 + turn % (len(self.hall.guests) - 1)]
        if not guest.waiting:
            self._act(guest, turn)
        self.hall.run_for(_EVERY_SECONDS)

    def _act(self, guest: Guest, turn: int) -> None:
        mark = f"turn{turn}"
        what = _TURNS[turn % len(_TURNS)]
        if what == "ask":
            guest.say("ask", {"id": mark, "text": _QUESTION, "anonymous": True}, mark)
        elif what == "vote" and (live := self._live()):
            person = self.evening.members[self.hall.guests.index(guest) - 1].id
            self._votes[mark] = (live, person)
            guest.say("vote", {"question": live, "on": True}, mark)
        else:
            guest.say_line("The kettle is on")

    def tell(self) -> None:
        """At the end: nothing lost, nothing doubled, one order, for every ear."""
        compare(self.hall, self.evening)


def a_sitting(house: House, members: int) -> Sitting:
    """Nobody has come yet."""
    evening = a_live_evening(house.database, members)
    return Sitting(evening, Hall(house.url, evening.slug))
