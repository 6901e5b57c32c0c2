"""A hall with hundreds of guests, held cheaply by one loop: they talk, listen, are lost and come back.

`compare` holds what was acknowledged, what the database kept and what every guest heard against one another.
"""

import heapq
import random
import select
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from tests.hall_guest import Faults, Guest
from tests.house import House
from tests.live_house import LiveEvening

PATIENCE = 90
"""Seconds for anything to come about; the machine may be ten times slower than a quiet one."""
SLOWEST_RETURN = 1.5
AT_ONCE = 40
BY_RIGHT = {"slow_down", "chat_off"}
"""Refusals that the room owes nobody an excuse for: too many lines, or nobody at the desk for long."""
_TURN = 0.05


class Hall:
    """Everything happens in `run_until`; between two calls nobody reads."""

    def __init__(self, url: str, room: str, *, seed: int = 5) -> None:
        self.guests: list[Guest] = []
        self.faults = Faults()
        self._url, self._room = url, room
        self._chance = random.Random(seed)
        self._epoll = select.epoll()
        self._by_fd: dict[int, Guest] = {}
        self._dialling: set[int] = set()
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._away: Counter[Guest] = Counter()

    def seat(self, tokens: Sequence[str], *, at_once: int = AT_ONCE) -> list[Guest]:
        """A guest for each token; returns when all are inside."""
        new = [
            Guest(f"guest{len(self.guests) + place}", token, self._room, self.faults)
            for place, token in enumerate(tokens)
        ]
        self.guests += new
        for begins in range(0, len(new), at_once):
            lot = new[begins : begins + at_once]
            for guest in lot:
                self._dial(guest)
            self.run_until(lambda lot=lot: all(one.inside or one.gone for one in lot), "they did not get in")  # type: ignore[misc]
            refused = {one.name: one.gone for one in lot if one.gone}
            assert not refused, refused
        return new

    def run_until(self, is_true: Callable[[], object], why: str, within: float = PATIENCE) -> None:
        deadline = time.monotonic() + within
        while not is_true():
            assert time.monotonic() < deadline, f"{why}; {self.state()}"
            self._turn()

    def run_for(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._turn()

    def run_while(self, act: Callable[[], object]) -> None:
        """Do something that takes time, with everybody listening and talking meanwhile."""
        failed: list[BaseException] = []

        def guarded() -> None:
            try:
                act()
            except BaseException as error:  # noqa: BLE001 - raised again below, in the story's own thread
                failed.append(error)

        thread = threading.Thread(target=guarded)
        thread.start()
        self.run_until(lambda: not thread.is_alive(), "what was to be done was not done")
        thread.join()
        for error in failed:
            raise error

    @contextmanager
    def talking(self, guests: Sequence[Guest], every: float) -> Iterator[None]:
        """One after another they say a line, as long as the block lasts; then all are acknowledged."""
        goes_on = [True]

        def say_one(turn: int = 0) -> None:
            if goes_on:
                guest = guests[turn % len(guests)]
                if not guest.waiting:
                    guest.say_line("The kettle is on")
                self._later(every, lambda: say_one(turn + 1))

        say_one()
        yield
        goes_on.clear()
        self.run_until(self.is_settled, "something was not acknowledged")

    def is_settled(self) -> bool:
        """Everybody is inside, or gone for good, and nothing waits for an answer."""
        return all((one.inside or one.gone) and not one.waiting for one in self.guests)

    def returns(self) -> int:
        """How many times somebody came back."""
        return sum(max(0, one.came_in - 1) for one in self.guests)

    def state(self) -> str:
        stages = Counter(one.stage for one in self.guests).most_common(6)
        owed = sum(len(one.waiting) for one in self.guests)
        at = sorted(Counter(one.at for one in self.guests).items())[-4:]
        there = f"{len(self.guests)} guests, {stages}, {owed} not acknowledged"
        return f"{there}, at {at}, {self.faults.seen[:3]}"

    def move_to(self, url: str) -> None:
        """The house stands elsewhere now; whoever comes back goes there."""
        self._url = url

    def tear(self, guest: Guest) -> None:
        """Their line breaks, if they have one; they come back."""
        if guest.wire is not None:
            self._lost(guest)

    def stall(self, guest: Guest) -> None:
        """They read nothing from now on, and keep the line."""
        assert guest.wire is not None
        self._epoll.unregister(guest.wire)

    def read_on(self, guest: Guest) -> None:
        assert guest.wire is not None
        self._epoll.register(guest.wire, select.EPOLLIN)

    def close(self) -> None:
        for guest in self.guests:
            guest.lose()
        self._epoll.close()

    def _turn(self) -> None:
        for fd, _ in self._epoll.poll(_TURN):
            if fd in self._by_fd:
                self._look_at(fd, self._by_fd[fd])
        while self._due and self._due[0][0] <= time.monotonic():
            heapq.heappop(self._due)[2]()

    def _look_at(self, fd: int, guest: Guest) -> None:
        if fd in self._dialling:
            self._dialling.discard(fd)
            self._epoll.modify(fd, select.EPOLLIN)
            try:
                guest.greet(self._url)
            except OSError:
                self._lost(guest)
        elif not guest.hear():
            self._lost(guest)

    def _dial(self, guest: Guest) -> None:
        fd = guest.dial(self._url).fileno()
        self._by_fd[fd] = guest
        self._dialling.add(fd)
        self._epoll.register(fd, select.EPOLLOUT)

    def _lost(self, guest: Guest) -> None:
        """They come back after a while that is not the same for any two."""
        if guest.wire is not None:
            fd = guest.wire.fileno()
            self._by_fd.pop(fd, None)
            self._dialling.discard(fd)
        guest.lose()
        if not guest.gone:
            self._later(self._chance.uniform(0.05, SLOWEST_RETURN), lambda: self._dial(guest))

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._due, (time.monotonic() + seconds, next(self._order), act))


def compare(hall: Hall, evening: LiveEvening, *, apart: Sequence[Guest] = ()) -> None:
    """Nothing lost, nothing doubled, one order: for the writers and for every guest but those `apart`."""
    told = evening.told()
    kept = [(event["seq"], event["kind"], str(event.get("text", ""))) for event in told]
    assert [number for number, _, _ in kept] == list(range(1, len(kept) + 1))
    hall.run_until(
        lambda: all(one.at >= len(kept) for one in hall.guests if one not in apart and not one.gone),
        "not everybody heard the last event",
    )
    assert not hall.faults.seen, hall.faults.seen[:5]
    _compare_writers(hall.guests, kept)
    for guest in hall.guests:
        if guest not in apart and not guest.gone:
            jumped = {number for had, then in guest.jumps for number in range(had + 1, then + 1)}
            owed = [one for one in kept if one[0] > guest.begins_after and one[0] not in jumped]
            assert guest.heard == owed, f"{guest.name} heard something else than was kept"


def _compare_writers(guests: Sequence[Guest], kept: Sequence[tuple[int, str, str]]) -> None:
    by_number: dict[int, Any] = {number: text for number, _, text in kept}
    said = Counter(text for _, kind, text in kept if kind == "chat")
    for guest in guests:
        assert guest.waiting == {}
        assert set(guest.refused.values()) <= BY_RIGHT, guest.refused
        for mark, answer in guest.acknowledged.items():
            if answer.get("seq"):
                assert by_number[answer["seq"]].endswith(mark), f"{mark} was acknowledged and is not there"
    doubled = [text for text, times in said.items() if times > 1]
    assert not doubled, doubled[:5]


@contextmanager
def a_hall(house: House, evening: LiveEvening) -> Iterator[Hall]:
    hall = Hall(house.url, evening.slug)
    try:
        yield hall
    finally:
        hall.close()
