"""SQLite has one writer at a time: a greenlet that lets others run in the middle of a write would stop its
process until the lock's patience ends. A real gevent process works here, and every switch is looked at."""

import json
import subprocess
import sys
from pathlib import Path


def test_forms_sockets_and_pulses_never_switch_while_they_write(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.faults.watch_switches", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout)
    assert seen["inside"] == []
    assert seen["nested"] == []
    assert seen["writes"] > 50
    assert seen["switches"] > 50


def test_the_watch_sees_a_switch_when_there_is_one(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.faults.watch_switches", str(tmp_path), "careless"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout)["inside"]
