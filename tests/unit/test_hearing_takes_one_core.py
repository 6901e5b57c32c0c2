"""Who listens leaves the other cores to others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TASKS = Path("/proc/self/task")
LISTEN = """
from pathlib import Path
from safety.meaning import danger_in, is_there
assert is_there()
danger_in("Is anybody from the west coast here tonight?")
print(len(list(Path("/proc/self/task").iterdir())))
"""


@pytest.mark.skipif(not TASKS.exists(), reason="threads are counted where the system shows them")
def test_meaning_is_heard_in_one_thread_whoever_starts_the_process() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    told = subprocess.run(
        [sys.executable, "-c", LISTEN], env=bare, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "1"
