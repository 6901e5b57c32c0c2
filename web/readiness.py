"""Whether this process can serve, said within seconds even when the database answers nothing at all."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread

from sqlalchemy.exc import SQLAlchemyError

from foundation.heartbeat import age, was_ever_here
from foundation.outbox import oldest_due
from foundation.schema import is_behind
from foundation.settings import Settings
from realtime.gateway import House

BOUND_SECONDS = 3.0
_WORKER_SECONDS = 60.0
_OUTBOX_SECONDS = 120.0
"""Retries wait longer than that, but are not due meanwhile."""


@dataclass(frozen=True)
class Health:
    """`problem` is in plain words, None when all is well; `outbox_seconds` is None when it is not known."""

    problem: str | None = None
    outbox_seconds: float | None = None


_SILENT = Health(f"The database has not answered for {BOUND_SECONDS:.0f} seconds.")


class Examination:
    """Asks in a thread of its own, one at a time: of a database that hangs, no more than one hangs too."""

    def __init__(self, ask: Callable[[], Health]) -> None:
        self._ask = ask
        self._running: _Asking | None = None
        self._choosing = Lock()

    def health(self, seconds: float = BOUND_SECONDS) -> Health:
        with self._choosing:
            if self._running is None or self._running.is_done.is_set():
                self._running = _Asking(self._ask)
            running = self._running
        return running.health if running.is_done.wait(seconds) else _SILENT


class _Asking:
    def __init__(self, ask: Callable[[], Health]) -> None:
        self.health = _SILENT
        self.is_done = Event()
        self._ask = ask
        Thread(target=self._run, name="readiness", daemon=True).start()

    def _run(self) -> None:
        try:
            self.health = self._ask()
        finally:
            self.is_done.set()


def look_around(house: House) -> Health:
    """The database first, then its schema, then the worker."""
    try:
        with house.database.read() as session:
            if is_behind(session.connection()):
                return Health("The database's schema is old. Run: evenside migrate")
            waited = oldest_due(session, now=house.clock())
    except SQLAlchemyError as error:
        return Health(f"The database does not answer ({type(error).__name__}).")
    return Health(_what_the_worker_lacks(house.settings, waited), waited)


def _what_the_worker_lacks(settings: Settings, waited: float) -> str | None:
    """By its heartbeat where it runs with our data folder, else by what it leaves undone."""
    if was_ever_here(settings):
        silent = age(settings)
        return f"The worker has been silent for {silent:.0f} seconds." if silent > _WORKER_SECONDS else None
    if waited > _OUTBOX_SECONDS:
        return f"Nobody sends what is due: the oldest has waited {waited:.0f} seconds. Is a worker running?"
    return None
