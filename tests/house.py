"""A running Evenside: web, live room and worker, as `evenside serve` starts them, in a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.error import URLError

from cli.schema import upgrade
from foundation.columns import install_key
from foundation.database import Database
from foundation.settings import read_settings

START_SECONDS = 180
MAIL_SECONDS = 60
"""Generous: a busy machine may be ten times as slow as a quiet one."""
KEY = bytes(range(32))


@dataclass
class House:
    """Where it answers, where its files are, and its database."""

    url: str
    data: Path
    database: Database
    server: subprocess.Popen[bytes]

    def mails_to(self, address: str) -> list[EmailMessage]:
        """Every mail for this address, oldest first."""
        files = sorted((self.data / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in mails if isinstance(mail, EmailMessage) and address in str(mail["To"])]

    def kill(self) -> None:
        """kill -9 on everything at once: the supervisor, every web process, the worker."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def next_mail(self, address: str, after: int = 0) -> EmailMessage:
        """The mail that comes once `after` others have; waits as a person would."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            if len(mails := self.mails_to(address)) > after:
                return mails[after]
            time.sleep(0.05)
        raise AssertionError(f"no mail number {after + 1} came to {address}")


@contextmanager
def running_house(data: Path, *, workers: int = 1, host: str = "127.0.0.1", **more: str) -> Iterator[House]:
    """Start everything on a free port, wait until it answers, and stop it at the end.

    `workers` is the number of web processes, `host` the name that browsers use; `more` are settings, such as
    DATABASE_URL.
    """
    port = free_port()
    environ = environment(data, port, **{"BASE_URL": f"http://{host}:{port}", **more})
    (data / "encryption.key").write_text(KEY.hex())  # one key for every house and story of this process
    settings = read_settings(environ)
    install_key(settings.encryption_key)
    database = Database(settings.database_url)
    upgrade(database)
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port), "--workers", str(workers)]
    with (
        (data / "log").open("ab") as log,
        subprocess.Popen(command, env=environ, stderr=log, start_new_session=True) as server,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server)
            yield House(f"http://{host}:{port}", data, database, server)
        finally:
            server.terminate()
            server.wait(timeout=60)
            database.close()


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    """This process's environment with our settings in place of any others of Evenside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVENSIDE_")}
    ours = {"DATA": str(data), "BASE_URL": f"http://127.0.0.1:{port}", "DEMO": "1", **more}
    return kept | {f"EVENSIDE_{name}": value for name, value in ours.items()}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return when the address answers; raise if the server ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended at its start"
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not answer in time")
