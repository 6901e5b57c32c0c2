"""The web processes of a larger installation, as `evenside web` starts each; they share a database."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cli.schema import upgrade
from foundation.columns import install_key
from foundation.database import Database
from foundation.settings import read_settings
from tests.house import KEY, House, environment, free_port, wait_for


@contextmanager
def web_processes(data: Path, gunicorn: Sequence[str] = ("", ""), **more: str) -> Iterator[list[House]]:
    """Each on its own port, started side by side, without a worker.

    `gunicorn` has the arguments for the gunicorn of each; `more` are settings of all, such as REDIS_URL.
    """
    ports = [free_port() for _ in gunicorn]
    environs = [environment(data, port, **more) for port in ports]
    database = _furnished(data, environs[0])
    servers = [
        _start(data, port, environ | {"GUNICORN_CMD_ARGS": arguments})
        for port, environ, arguments in zip(ports, environs, gunicorn, strict=True)
    ]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        for url, server in zip(urls, servers, strict=True):
            wait_for(f"{url}/healthz", server)
        yield [House(url, data, database, server) for url, server in zip(urls, servers, strict=True)]
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(timeout=40)
        database.close()


def _start(data: Path, port: int, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cli", "web", "--port", str(port)]
    with (data / f"log{port}").open("ab") as log:
        return subprocess.Popen(command, env=environ, stderr=log)


def _furnished(data: Path, environ: dict[str, str]) -> Database:
    """The database of these settings, its schema the newest, under the key of all stories."""
    (data / "encryption.key").write_text(KEY.hex())
    settings = read_settings(environ)
    install_key(settings.encryption_key)
    database = Database(settings.database_url)
    upgrade(database)
    return database
