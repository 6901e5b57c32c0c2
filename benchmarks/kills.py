"""kill -9 of everything under load, a hundred times: web, worker, and the whole database server.

People book, check in, write, ask and vote over HTTP and sockets (tests/faults/kills). After each kill every
write that was answered is looked for in what is left on the disk, and the engine's own checks of integrity
read all of it: SQLite's integrity_check and foreign_key_check, PostgreSQL's amcheck on each index and table.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from benchmarks.engines import ENGINES, NAMES
from benchmarks.figures import Figure
from tests.faults.kills.rounds import Life, Told
from tests.faults.kills.standing import standing_on

TITLE = "kill -9 of everything under load"
ROUNDS = 100


def measure(rounds: int = ROUNDS) -> list[Figure]:
    return [figure for engine in ENGINES for figure in _on(engine, rounds)]


def _on(engine: str, rounds: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, standing_on(engine, None) as ground:
        with closing(Life(ground, Path(folder))) as life:
            for _ in range(rounds):
                _say(engine, life.die())
            told = life.end()
    on = f"on {NAMES[engine]}"
    facts = {"answered": dict(told.acknowledged), "lost": told.missing, "torn": told.torn}
    yield Figure(f"kills {on}", told.rounds, "", least=rounds, facts=facts)
    yield Figure(f"answered writes that were not there {on}", len(told.missing), "", goal=0)
    yield Figure(f"findings of its own checks {on}", len(told.torn), "", goal=0)
    yield Figure(f"from the start until everybody was answered {on}, median", median(told.away), "s")


def _say(engine: str, told: Told) -> None:
    """A line for each, since all of them take half an hour."""
    known = (
        f"{sum(told.acknowledged.values())} writes answered, {len(told.missing)} lost, {len(told.torn)} torn"
    )
    print(f"{NAMES[engine]}, kill {told.rounds}: {known}", flush=True)
