"""A hundred want the same twelve Tuesdays at the same moment: until each has them or knows which are gone.

The limit is a hundred transactions that each insert twelve rows by hand, on sixty connections, with the
lock and in the order of the dates. Beside it, what the constraint does alone when everybody begins elsewhere.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from random import Random

from benchmarks.bare import INSERT, Bare, many, timed
from benchmarks.engines import ENGINES, NAMES, database_on
from benchmarks.report import Row
from foundation.columns import new_id
from foundation.database import Database
from scheduling.series import BookSeries, SeriesConflict, book_series
from tests.builders.groups import some_members
from tests.builders.series import DECEMBER, TUESDAYS, Practice

TITLE = "100 clients race for one series of 12 dates, until all are answered"
CROWD, DATES, ROUNDS = 100, 12, 3
POOL = 15
"""As many connections as one web process opens."""
LOCK = "SELECT pg_advisory_xact_lock(4711)"


def measure(rounds: int = ROUNDS, crowd: int = CROWD) -> list[Row]:
    return [row for engine in ENGINES for row in _on(engine, rounds, crowd)]


def _on(engine: str, rounds: int, crowd: int) -> Iterator[Row]:
    with database_on(engine) as database:
        with database.write() as session:
            practice = Practice(session, horizon_days=366)
            members = [one.id for one in some_members(session, crowd)]
        orders = [practice.order(TUESDAYS, DATES, member_id=one) for one in members]
        limit, _won = _bare(database, practice.dana.id, rounds, crowd, locked=engine == "postgresql")
        outcomes: list[Counter[str]] = []
        samples = []
        for _ in range(rounds):
            samples.append(timed(lambda: outcomes.append(_race(database, orders))))
            _clear(database)
        facts = {"outcomes": [dict(one) for one in outcomes]}
        yield Row(f"book_series on {NAMES[engine]}", samples, None, limit, facts)
        if engine == "postgresql":
            alone, won = _bare(database, practice.dana.id, 1, crowd, locked=False, shuffled=True)
            yield Row("the constraint alone, any order, by hand", alone, None, limit, {"outcomes": won})


def _race(database: Database, orders: list[BookSeries]) -> Counter[str]:
    """Each with a thread; at most as many at the database as one web process has connections."""
    with ThreadPoolExecutor(POOL) as pool:
        return Counter(pool.map(lambda one: _attempt(database, one), orders))


def _attempt(database: Database, order: BookSeries) -> str:
    try:
        database.change(lambda session: book_series(session, order, now=DECEMBER))
    except SeriesConflict:
        return "told which are gone"
    return "booked"


def _bare(
    database: Database, who: str, rounds: int, crowd: int, *, locked: bool, shuffled: bool = False
) -> tuple[list[float], list[dict[str, int]]]:
    times, outcomes = [], []
    for _ in range(rounds):
        took, heard = many(database, crowd, lambda bare, n: _insert(bare, who, n, locked, shuffled))
        times.append(took)
        outcomes.append(dict(Counter(heard)))
        _clear(database)
    return times, outcomes


def _insert(bare: Bare, who: str, number: int, locked: bool, shuffled: bool) -> str:
    starts = [TUESDAYS + timedelta(weeks=week) for week in range(DATES)]
    if shuffled:
        Random(number).shuffle(starts)
    rows = [(INSERT, _row(who, start)) for start in starts]
    try:
        bare.transaction([(LOCK, {}), *rows] if locked else rows)
    except Exception as error:  # noqa: BLE001 - whatever the driver says is what is counted
        return _kind(error)
    return "booked"


def _row(who: str, start: datetime) -> dict[str, object]:
    return {"id": new_id(), "practitioner": who, "start": start, "end": start + timedelta(hours=1)}


def _kind(error: Exception) -> str:
    return "refused by the guard" if "_overlap" in str(error) else type(error).__name__


def _clear(database: Database) -> None:
    with Bare(database) as bare:
        bare.connection.execute("UPDATE occupancy SET status = 'released'")
