"""Doing in one go what many ask for at once: a transaction costs about the same for one as for fifty.

Whoever asks alone is served at once. In a rush each round waits a little, so that more come along; everybody
waits for their own outcome, which is there once the whole round is through.
"""

import time
from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Generic, TypeVar

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")
PAUSE_SECONDS = 0.05
MOST_AT_ONCE = 200
_RUSH_SECONDS = 0.5


class _Waiting(Generic[Ask, Answer]):
    """One who asked, and what came of it."""

    __slots__ = ("asked", "done", "outcome")

    def __init__(self, asked: Ask) -> None:
        self.asked = asked
        self.done = Event()
        self.outcome: Answer | Exception | None = None


class Together(Generic[Ask, Answer]):
    """`serve` answers many in their order, each with an answer or an error; what it raises is for all.

    The first one to come leads a round: it waits for the round before, and a little in a rush, then serves
    itself and whoever has come meanwhile.
    """

    def __init__(
        self,
        serve: Callable[[Sequence[Ask]], Sequence[Answer | Exception]],
        *,
        most: int = MOST_AT_ONCE,
        pause: float = PAUSE_SECONDS,
    ) -> None:
        self._serve = serve
        self._most, self._pause = most, pause
        self._waiting: list[_Waiting[Ask, Answer]] = []
        self._lock = Lock()
        self._turn = Lock()
        self._served_at = float("-inf")

    def ask(self, asked: Ask) -> Answer:
        """Its answer, or its error raised."""
        mine: _Waiting[Ask, Answer] = _Waiting(asked)
        with self._lock:
            self._waiting.append(mine)
            leads = len(self._waiting) == 1
        if leads:
            self._lead()
        else:
            mine.done.wait()
        if isinstance(mine.outcome, Exception):
            raise mine.outcome
        return mine.outcome  # type: ignore[return-value]  # each round leaves an outcome to all in it

    def _lead(self) -> None:
        with self._turn:
            if time.monotonic() - self._served_at < _RUSH_SECONDS:
                time.sleep(self._pause)
            with self._lock:
                waiting, self._waiting = self._waiting, []
            for begin in range(0, len(waiting), self._most):
                self._round(waiting[begin : begin + self._most])
            self._served_at = time.monotonic()

    def _round(self, waiting: list[_Waiting[Ask, Answer]]) -> None:
        try:
            outcomes = self._serve([one.asked for one in waiting])
        except Exception as error:  # noqa: BLE001 - raised again by everybody in the round
            outcomes = [error] * len(waiting)
        for one, outcome in zip(waiting, outcomes, strict=True):
            one.outcome = outcome
            one.done.set()
