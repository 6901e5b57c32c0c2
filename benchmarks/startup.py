"""From `make run` to the first page, when everything is installed and the demo is loaded already."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.report import Row
from tests.house import environment, free_port, wait_for

TITLE = "make run to the first page, later starts"
GOAL = 5000.0
TIMES = 3
ROOT = Path(__file__).parent.parent


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        _start(Path(folder))
        return [Row("installed, demo loaded", [_start(Path(folder)) for _ in range(TIMES)], GOAL)]


def _start(folder: Path) -> float:
    port = free_port()
    environ = environment(folder, port) | {"PORT": str(port)}
    begun = time.perf_counter()
    command = ["make", "-s", "run"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as server:
        wait_for(f"http://127.0.0.1:{port}/", server)
        took = (time.perf_counter() - begun) * 1000
        os.killpg(server.pid, signal.SIGTERM)
    return took
