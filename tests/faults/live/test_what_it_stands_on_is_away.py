"""PostgreSQL or Valkey is away in the middle of a meeting: the room waits or goes on, and loses nothing."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.faults.live.conftest import Meeting, everybody_hears
from tests.faults.live.powers import lasting
from tests.hall import Hall, compare
from tests.hall_guest import Guest

LINES_A_SECOND = 12
ANSWERED_WITHIN = 5.0
LENIENT = 6.0
"""The machine that tests may be far busier than one that serves."""


def test_valkey_is_away_and_comes_back_empty(meeting: Meeting) -> None:
    """Case 7."""
    hall = meeting.hall
    with hall.talking(meeting.talkers, 1 / LINES_A_SECOND):
        hall.run_for(0.3)
        before = hall.returns()
        meeting.valkey.ask("FLUSHALL")
        hall.run_while(meeting.valkey.stop)
        hall.run_for(lasting(3, 70))
        everybody_hears(hall, meeting.desk)
        hall.run_while(meeting.valkey.start)
        hall.run_for(lasting(0.5, 20))
    compare(hall, meeting.evening)
    assert hall.returns() == before, "a room does not need Valkey to stay together"


@pytest.mark.parametrize("how", ["killed and started again", "there, but silent"])
def test_postgresql_is_away(meeting: Meeting, how: str) -> None:
    """Whoever writes meanwhile is told so within seconds, and everything goes on by itself afterwards."""
    hall, away = meeting.hall, fault(meeting, how)
    with hall.talking(meeting.talkers, 1 / LINES_A_SECOND):
        hall.run_for(0.3)
        with away():
            took = time_a_refusal(hall, meeting.talkers[-1])
            hall.run_for(lasting(2, 30))
        hall.run_for(0.5)
    meeting.open()
    with hall.talking(meeting.talkers, 1 / LINES_A_SECOND):
        hall.run_for(0.5)
    compare(hall, meeting.evening)
    assert took < ANSWERED_WITHIN * LENIENT, f"{took:.1f} s"


def fault(meeting: Meeting, how: str) -> Callable[[], AbstractContextManager[None]]:
    return meeting.postgres.stopped if how.startswith("killed") else meeting.postgres.hanging


def time_a_refusal(hall: Hall, guest: Guest) -> float:
    """Seconds until this guest is told that the room is away: their line answers so, or is ended."""
    begun, before = time.monotonic(), guest.came_in
    guest.say_line("Does anybody listen")
    hall.run_until(lambda: not guest.inside or guest.came_in > before, "nothing was answered")
    return time.monotonic() - begun
