"""10,000 reminders that are due, drained by one worker to an SMTP server in a process of its own.

The limit is what smtplib does with the very same mails, written beforehand, over one connection. Both take
turns of a few hundred, so that whatever else the machine does meets both alike.
"""

import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.engines import ENGINES, NAMES, database_on
from benchmarks.figures import Figure
from foundation.database import Database
from foundation.outbox import Claimed, Delivery
from foundation.settings import Settings
from jobs.deliver import BATCH, Post, deliver_due
from mail.render import render
from mail.send import Smtp
from tests.builders.due import owe_reminders
from tests.house import KEY, free_port

TITLE = "10,000 due reminders drained to an SMTP server"
DUE, TURN = 10_000, 500
LEAST_SHARE = 0.5
NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)


def measure(due: int = DUE) -> list[Figure]:
    with a_hole() as port:
        return [figure for engine in ENGINES for figure in on_engine(engine, port, due)]


def on_engine(engine: str, port: int, due: int) -> Iterator[Figure]:
    with database_on(engine) as database, tempfile.TemporaryDirectory() as folder:
        owe_reminders(database, due, now=NOW)
        ours, bare = _in_turns(database, Path(folder), port, due)
        sent = _sent(database)
    share = bare / ours
    facts = {
        "ours, a second": round(due / ours),
        "bare smtplib, a second": round(due / bare),
        "sent": sent,
    }
    yield Figure(f"share of bare smtplib's rate, {NAMES[engine]}", share, "", least=LEAST_SHARE, facts=facts)
    assert sent == due, "some were not sent"


def _in_turns(database: Database, folder: Path, port: int, due: int) -> tuple[float, float]:
    """Seconds of ours for all, and of the bare loop for as many."""
    post = _post(database, folder, port)
    mails = _samples(database, folder)
    ours = bare = 0.0
    for _ in range(due // TURN):
        begun = time.perf_counter()
        for _ in range(TURN // BATCH):
            deliver_due(post)
        between = time.perf_counter()
        _bare(mails, port)
        ours, bare = ours + between - begun, bare + time.perf_counter() - between
    return ours, bare


def _bare(mails: list[EmailMessage], port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(TURN):
            server.send_message(mails[number % len(mails)])


def _samples(database: Database, folder: Path) -> list[EmailMessage]:
    """As many written mails as a batch has, taken from the outbox without sending any."""
    with database.read() as session:
        some = session.scalars(select(Delivery).limit(BATCH)).all()
        claimed = [Claimed(one.id, one.key, one.kind, one.refs, 1, one.not_after) for one in some]
        written = [render(session, one, _settings(folder), now=NOW) for one in claimed]
    return [mail for mail in written if mail is not None]


def _post(database: Database, folder: Path, port: int) -> Post:
    sender = Smtp(f"smtp://127.0.0.1:{port}")
    return Post(database, _settings(folder), sender, lambda: NOW, threading.Event())


def _settings(folder: Path) -> Settings:
    return Settings(
        data=folder,
        database_url="",
        base_url="https://evenside.example",
        secret_key=KEY,
        encryption_key=KEY,
        mail_from="Evenside <hello@evenside.example>",
        org_name="Evenside",
        timezone="America/Los_Angeles",
    )


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
