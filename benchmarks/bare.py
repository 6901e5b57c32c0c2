"""The limit that we measure ourselves against: the driver and hand-written SQL, with no code around it."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from threading import Barrier
from types import TracebackType
from typing import Any, ParamSpec, TypeVar, cast

from foundation.columns import new_id
from foundation.database import Database

P = ParamSpec("P")
T = TypeVar("T")
MOST_CONNECTIONS = 60
INSERT = (
    "INSERT INTO occupancy (id, practitioner_id, starts_at, ends_at, kind, status)"
    " VALUES (:id, :practitioner, :start, :end, 'appointment', 'active')"
)


class Bare:
    """One connection of the driver with the settings that the house uses; each statement is a transaction."""

    def __init__(self, database: Database) -> None:
        self._pooled = database.engine.raw_connection()
        self.connection = cast(Any, self._pooled.dbapi_connection)
        self._pooled.detach()
        self._is_postgres = database.engine.dialect.name == "postgresql"
        if self._is_postgres:
            self.connection.autocommit = True

    def __enter__(self) -> "Bare":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._pooled.close()

    def rows(self, statement: str, **values: object) -> list[Any]:
        found: list[Any] = self._run(statement, values).fetchall()
        return found

    def insert(self, practitioner_id: str, start: datetime, end: datetime) -> bool:
        """Whether the guard let the row in. Without a lock, PostgreSQL may end one of two as a deadlock."""
        values = {"id": new_id(), "practitioner": practitioner_id, "start": start, "end": end}
        try:
            self._run(INSERT, values)
        except Exception as error:
            if "_overlap" not in str(error) and "deadlock" not in str(error):
                raise
            return False
        return True

    def transaction(self, statements: Sequence[tuple[str, Mapping[str, object]]]) -> None:
        """All of them or none, however it ends."""
        self.connection.execute("BEGIN" if self._is_postgres else "BEGIN IMMEDIATE")
        try:
            for statement, values in statements:
                self._run(statement, values)
            self.connection.execute("COMMIT")
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise

    def _run(self, statement: str, values: Mapping[str, object]) -> Any:
        if self._is_postgres:
            named = {f":{name}": f"%({name})s" for name in values}
            for ours, theirs in named.items():
                statement = statement.replace(ours, theirs)
            return self.connection.execute(statement, dict(values))
        return self.connection.execute(statement, {name: _as_text(value) for name, value in values.items()})


def many(database: Database, count: int, work: Callable[[Bare, int], T]) -> tuple[float, list[T]]:
    """The milliseconds until `count` pieces of work are through, on connections that are open beforehand.

    There are at most sixty, since PostgreSQL gives out a hundred and a running house has some of them.
    """
    threads = min(count, MOST_CONNECTIONS)
    together = Barrier(threads + 1)

    def run(bare: Bare, first: int) -> list[T]:
        together.wait(timeout=60)
        return [work(bare, number) for number in range(first, count, threads)]

    with ExitStack() as connections, ThreadPoolExecutor(threads) as pool:
        opened = [connections.enter_context(Bare(database)) for _ in range(threads)]
        running = [pool.submit(run, bare, number) for number, bare in enumerate(opened)]
        together.wait(timeout=60)
        begun = time.perf_counter()
        outcomes = [outcome for one in running for outcome in one.result()]
        return (time.perf_counter() - begun) * 1000, outcomes


def timed(work: Callable[P, object], *given: P.args, **named: P.kwargs) -> float:
    """The milliseconds that `work` takes with what it is given."""
    begun = time.perf_counter()
    work(*given, **named)
    return (time.perf_counter() - begun) * 1000


def _as_text(value: object) -> object:
    """An instant as SQLite has it."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value
