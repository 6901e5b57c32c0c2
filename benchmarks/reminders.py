"""10,000 reminders that are due, drained by four workers to an SMTP server in a process of its own.

The limit is what smtplib does with the very same mails, written beforehand, over one connection; its time is
taken before and after, so that whatever else the machine does meets both.
"""

import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.draining import NOW, settings_in
from benchmarks.engines import ENGINES, NAMES, database_on
from benchmarks.figures import Figure
from foundation.database import Database
from foundation.outbox import Claimed, Delivery
from jobs.deliver import BATCH
from mail.render import render
from mail.written import Written
from tests.builders.due import owe_reminders
from tests.house import free_port

TITLE = "10,000 due reminders drained to an SMTP server"
DUE, WORKERS = 10_000, 4
LEAST_SHARE = 0.5


def measure(due: int = DUE) -> list[Figure]:
    with a_hole() as port:
        return [figure for engine in ENGINES for figure in on_engine(engine, port, due)]


def on_engine(engine: str, port: int, due: int) -> Iterator[Figure]:
    with database_on(engine) as database, tempfile.TemporaryDirectory() as folder:
        owe_reminders(database, due, now=NOW)
        mails = _samples(database, Path(folder))
        before = _bare(mails, port, due // 2)
        ours = _drained(database, folder, port)
        bare = before + _bare(mails, port, due // 2)
        sent = _sent(database)
    facts = {
        "ours, a second": round(due / ours),
        "bare smtplib, a second": round(due / bare),
        "workers": WORKERS,
        "sent": sent,
    }
    name = f"share of bare smtplib's rate, {NAMES[engine]}"
    yield Figure(name, bare / ours, "", least=LEAST_SHARE, facts=facts)
    assert sent == due, "some were not sent"


def _drained(database: Database, folder: str, port: int) -> float:
    """Seconds from the word to begin until the last worker finds nothing more."""
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "benchmarks.draining", url, folder, str(port)]
    with ExitStack() as running:
        workers = [running.enter_context(_worker(command)) for _ in range(WORKERS)]
        begun = time.perf_counter()
        for worker in workers:
            assert worker.stdin is not None
            print("begin", file=worker.stdin, flush=True)
        assert sum(worker.wait() for worker in workers) == 0, "a worker broke off"
        return time.perf_counter() - begun


@contextmanager
def _worker(command: list[str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
            yield worker
        finally:
            worker.terminate()


def _bare(mails: list[Written], port: int, count: int) -> float:
    """Seconds for so many mails in a loop that has nothing to write: their bytes lie ready."""
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(count):
            mail = mails[number % len(mails)]
            server.sendmail(mail.sender, mail.to, mail.content)
    return time.perf_counter() - begun


def _samples(database: Database, folder: Path) -> list[Written]:
    """As many written mails as a batch has, taken from the outbox without sending any."""
    with database.read() as session:
        some = session.scalars(select(Delivery).limit(BATCH)).all()
        claimed = [Claimed(one.id, one.key, one.kind, one.refs, 1, one.not_after) for one in some]
        written = [render(session, one, settings_in(folder), now=NOW) for one in claimed]
    return [mail for mail in written if mail is not None]


def _sent(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(Delivery.state == "sent")) or 0


@contextmanager
def a_hole() -> Iterator[int]:
    """The port of a server that takes every mail."""
    port = free_port()
    command = [sys.executable, "-m", "tests.mail_sink", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            yield port
        finally:
            server.terminate()
