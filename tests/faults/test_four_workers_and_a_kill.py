"""Promise 6: of the reminders due at one moment none is lost, and a kill -9 doubles at most those under way.

Four real workers, one of them killed in the middle. The suite tells it with a few hundred, and ends the lease
of the killed one by hand; with EVENSIDE_LONG_FAULTS=1 there are ten thousand, and it ends by itself.
It costs the start of five processes: less would not be four workers.
"""

import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from cli.schema import upgrade
from cli.wiring import utc_now
from foundation.columns import install_key
from foundation.database import Database
from foundation.outbox import Delivery
from foundation.settings import read_settings
from jobs.deliver import LINES
from tests.builders.due import owe_reminders
from tests.faults.live.powers import IS_LONG
from tests.house import KEY, environment
from tests.mail_sink import Sink, a_sink
from tests.schema import drop_postgres, new_postgres

DUE = 10_000 if IS_LONG else 400
WORKERS = 4
ENGINES = ["sqlite", "postgresql"] if IS_LONG else ["sqlite"]


@pytest.mark.parametrize("engine", ENGINES)
def test_R39_none_is_lost_and_none_doubled(engine: str, tmp_path: Path) -> None:
    with a_sink() as sink, a_database(engine, tmp_path) as (database, environ):
        owe_reminders(database, DUE, now=utc_now())
        environ |= {"EVENSIDE_SMTP_URL": sink.url}
        sink.most = DUE // 4
        with workers(environ, WORKERS) as running:
            patiently(lambda: len(sink.came) >= sink.most)
            running[0].kill()
            running[0].wait()
            sink.most = math.inf
            if IS_LONG:
                patiently(lambda: is_done(database))
        if not IS_LONG:
            end_leases(database)
            with workers(environ, 1):
                patiently(lambda: is_done(database))
        tell(sink, database)


def patiently(is_true: Callable[[], bool]) -> None:
    """Through the start of four processes, or until the lease of the killed one is over."""
    deadline = time.monotonic() + 600
    while not is_true():
        assert time.monotonic() < deadline, "some were never sent"
        time.sleep(0.02)


def tell(sink: Sink, database: Database) -> None:
    """A copy is known as one by its Message-ID: whoever reads mail sees each reminder once."""
    assert len(sink.came) == DUE
    assert sink.copies <= LINES
    assert states(database) == {"sent": DUE}


@contextmanager
def a_database(engine: str, folder: Path) -> Iterator[tuple[Database, dict[str, str]]]:
    (folder / "encryption.key").write_text(KEY.hex())
    environ = environment(folder, 1)
    if engine == "postgresql":
        empty = new_postgres("four_workers")
        environ["EVENSIDE_DATABASE_URL"] = empty.engine.url.render_as_string(hide_password=False)
        empty.close()
    settings = read_settings(environ)
    install_key(settings.encryption_key)
    database = Database(settings.database_url)
    upgrade(database)
    try:
        yield database, environ
    finally:
        database.close()
        if engine == "postgresql":
            drop_postgres("four_workers")


@contextmanager
def workers(environ: dict[str, str], number: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "cli", "worker"]
    with ExitStack() as stack:
        running = [
            stack.enter_context(subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL))
            for _ in range(number)
        ]
        try:
            yield running
        finally:
            for one in running:
                one.terminate()


def states(database: Database) -> dict[str, int]:
    with database.read() as session:
        counted = select(Delivery.state, func.count().label("number")).group_by(Delivery.state)
        return {row.state: row.number for row in session.execute(counted)}


def is_done(database: Database) -> bool:
    return states(database) == {"sent": DUE}


def end_leases(database: Database) -> None:
    """As if two minutes had passed. The others gave back what they had not tried."""
    with database.write() as session:
        held = update(Delivery).where(Delivery.state == "claimed")
        session.execute(held.values(claimed_until=utc_now() - timedelta(seconds=1)))
