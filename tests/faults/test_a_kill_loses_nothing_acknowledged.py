"""Promise 2: what a person was told is booked, sent or said is still there after kill -9 of everything.

Everything is the web, the worker and the whole of the database server. It costs two starts of a house on each
engine, and that is the least: one that dies, and one that goes on from there. With EVENSIDE_LONG_FAULTS=1 it
dies a hundred times; `python -m benchmarks kills` does that too, on a disk, and keeps the figures.
"""

from contextlib import closing
from pathlib import Path

import pytest

from tests.engines import ENGINES
from tests.faults.kills.rounds import Life
from tests.faults.kills.standing import standing_on
from tests.faults.live.powers import lasting
from tests.quick_folder import quick_folder

ROUNDS = int(lasting(1, 100))


@pytest.mark.parametrize("engine", ENGINES)
def test_everything_that_was_answered_is_there_after_the_kill(engine: str, tmp_path: Path) -> None:
    with standing_on(engine, quick_folder()) as ground, closing(Life(ground, tmp_path)) as life:
        for _ in range(ROUNDS):
            told = life.die()
            assert (told.missing, told.torn) == ([], [])
        life.end()
