"""One web process of a larger installation, as `evenside web` starts it; many may share a database."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cli.schema import upgrade
from foundation.columns import install_key
from foundation.database import Database
from foundation.settings import read_settings
from tests.house import KEY, House, environment, free_port, wait_for


@dataclass
class Web(House):
    """Answers like a house, and has no worker."""

    def hang_up(self) -> None:
        self.server.send_signal(signal.SIGHUP)


@contextmanager
def web_process(data: Path, *, gunicorn: str = "", **more: str) -> Iterator[Web]:
    """On its own port. `gunicorn` are arguments for gunicorn alone, `more` settings such as REDIS_URL."""
    port = free_port()
    environ = environment(data, port, **more) | {"GUNICORN_CMD_ARGS": gunicorn}
    database = furnished(data, environ)
    command = [sys.executable, "-m", "cli", "web", "--port", str(port)]
    with (
        (data / f"log{port}").open("ab") as log,
        subprocess.Popen(command, env=environ, stderr=log) as server,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server)
            yield Web(f"http://127.0.0.1:{port}", data, database, server)
        finally:
            server.terminate()
            server.wait(timeout=40)
            database.close()


def furnished(data: Path, environ: dict[str, str]) -> Database:
    """The database of these settings, its schema the newest, under the key of all stories."""
    (data / "encryption.key").write_text(KEY.hex())
    settings = read_settings(environ)
    install_key(settings.encryption_key)
    database = Database(settings.database_url)
    upgrade(database)
    return database
