"""`evenside serve`, `evenside web`, `evenside worker`."""

import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType

import click

from cli.schema import upgrade
from cli.wiring import open_database, settings_from_environment, utc_now
from foundation.settings import Settings

DRAIN_SECONDS = 20
_WATCH_SECONDS = 0.2


@click.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000)
@click.option("--workers", default=1, help="Web processes; members of one room may sit on different ones.")
def serve(host: str, port: int, workers: int) -> None:
    """Web, live room and worker under one command; SIGTERM lets running requests finish."""
    settings = settings_from_environment()
    upgrade(open_database(settings))
    sys.exit(_supervise([_web_command(host, port, workers), [sys.executable, "-m", "cli", "worker"]]))


@click.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000)
@click.option("--workers", default=1)
def web(host: str, port: int, workers: int) -> None:
    """Only the web and the live room, for larger installations."""
    settings_from_environment()
    command = _web_command(host, port, workers)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, no shell


@click.command()
def worker() -> None:
    """Only the worker: sends what is due and sweeps what has expired."""
    from jobs.worker import run

    settings: Settings = settings_from_environment()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(open_database(settings), settings, utc_now, stop)


def _web_command(host: str, port: int, workers: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "wsgi:app",
        "--worker-class", "gevent", "--workers", str(workers), "--bind", f"{host}:{port}",
        "--graceful-timeout", str(DRAIN_SECONDS), "--timeout", "60", "--log-level", "warning",
        "--no-control-socket",
    ]  # fmt: skip


def _supervise(commands: list[list[str]]) -> int:
    """Run the processes until one ends or we are told to stop; then end them all, politely first."""
    processes = [subprocess.Popen(command) for command in commands]  # noqa: S603 - our own commands
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while not stopping.is_set() and all(process.poll() is None for process in processes):
        time.sleep(_WATCH_SECONDS)
    for process in processes:
        process.terminate()
    codes = [process.wait(timeout=DRAIN_SECONDS + 10) for process in processes]
    return 0 if stopping.is_set() else max(1, *map(abs, codes))
