"""`evenside serve`, `evenside web`, `evenside worker`."""

import os
import resource
import signal
import sys
import threading

import click

from cli.schema import upgrade
from cli.supervisor import DRAIN_SECONDS, Child, supervise
from cli.wiring import open_database, settings_from_environment, utc_now
from foundation.metrics_folder import FOLDER_VARIABLE, begin
from foundation.settings import Settings
from realtime.wakeups import tell_after_commits, wakeups_for

CONNECTIONS = 10_000
"""Requests that one web process answers at a time; a socket is one until it is open."""
BACKLOG = 4096
"""Connections that wait to be let in: after a restart everybody knocks at once."""


@click.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000)
@click.option("--workers", default=1, help="Web processes; members of one room may sit on different ones.")
def serve(host: str, port: int, workers: int) -> None:
    """Web, live room and worker under one command.

    SIGTERM lets running requests finish; SIGHUP brings in new code and settings, a process after the other.
    """
    settings = settings_from_environment()
    upgrade(open_database(settings))
    begin(settings.data, "serve")
    _allow_many_files()
    web_server = Child("web", _web_command(host, port, workers), on_hangup=signal.SIGHUP)
    worker_alone = Child("worker", [sys.executable, "-m", "cli", "worker"], on_hangup=signal.SIGTERM)
    sys.exit(supervise([web_server, worker_alone]))


@click.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000)
@click.option("--workers", default=1)
def web(host: str, port: int, workers: int) -> None:
    """Only the web and the live room, for larger installations."""
    begin(settings_from_environment().data, "web")
    _allow_many_files()
    command = _web_command(host, port, workers)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, no shell


@click.command()
def worker() -> None:
    """Only the worker: sends what is due and sweeps what has expired."""
    from jobs.worker import run

    settings: Settings = settings_from_environment()
    if FOLDER_VARIABLE not in os.environ:
        begin(settings.data, "worker")
        os.execv(sys.executable, [sys.executable, "-m", "cli", "worker"])  # noqa: S606 - it is read at the start
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database = open_database(settings)
    tell_after_commits(database, wakeups_for(settings))
    run(database, settings, utc_now, stop)


def _web_command(host: str, port: int, workers: int) -> list[str]:
    return [
        sys.executable, "-m", "web.server", "wsgi:app",
        "--workers", str(workers), "--bind", f"{host}:{port}",
        "--worker-connections", str(CONNECTIONS), "--backlog", str(BACKLOG),
        "--graceful-timeout", str(DRAIN_SECONDS), "--timeout", "60", "--log-level", "warning",
        "--no-control-socket",
    ]  # fmt: skip


def _allow_many_files() -> None:
    """A socket is an open file: as many as the machine lets us have."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
