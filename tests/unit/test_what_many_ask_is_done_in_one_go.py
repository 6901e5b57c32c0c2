"""Whoever asks alone is served at once; a crowd is served in few rounds, each with their own answer."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from realtime.together import MOST_AT_ONCE, Together

CROWD = 60


class Counter:
    """Doubles numbers; refuses odd ones when told to; keeps the rounds."""

    def __init__(self) -> None:
        self.rounds: list[list[int]] = []
        self.may_serve = threading.Event()
        self.may_serve.set()

    def serve(self, numbers: Sequence[int]) -> list[int | Exception]:
        assert self.may_serve.wait(10)
        self.rounds.append(list(numbers))
        return [2 * one if one >= 0 else ValueError(str(one)) for one in numbers]


def test_one_alone_gets_its_answer() -> None:
    counter = Counter()
    assert Together(counter.serve).ask(21) == 42
    assert counter.rounds == [[21]]


def test_a_crowd_is_served_in_few_rounds_and_each_gets_its_own() -> None:
    counter = Counter()
    together = Together(counter.serve)
    counter.may_serve.clear()
    with ThreadPoolExecutor(CROWD) as pool:
        asked = [pool.submit(together.ask, number) for number in range(CROWD)]
        counter.may_serve.set()
        assert [one.result() for one in asked] == [2 * number for number in range(CROWD)]
    assert sorted(number for one in counter.rounds for number in one) == list(range(CROWD))
    assert len(counter.rounds) < CROWD / 2
    assert max(map(len, counter.rounds)) <= MOST_AT_ONCE


def test_an_error_is_for_the_one_who_asked_wrongly() -> None:
    together = Together(Counter().serve)
    with ThreadPoolExecutor(3) as pool:
        good, bad, other = (pool.submit(together.ask, number) for number in (1, -1, 3))
        assert (good.result(), other.result()) == (2, 6)
        with pytest.raises(ValueError, match="-1"):
            bad.result()


def test_a_round_that_breaks_is_broken_for_all_in_it_and_the_next_one_is_served() -> None:
    counter = Counter()
    answers = iter([OSError("away")])

    def serve(numbers: Sequence[int]) -> list[int | Exception]:
        for error in answers:
            raise error
        return counter.serve(numbers)

    together = Together(serve)
    with pytest.raises(OSError, match="away"):
        together.ask(1)
    assert together.ask(1) == 2
