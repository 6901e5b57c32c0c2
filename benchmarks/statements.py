"""Counts the statements that web processes send to the database, without a line of theirs being changed.

gunicorn loads this module as its configuration (`counting_statements` tells it to), and calls
`post_worker_init` in each of its processes. A process counts in a small file of its own, which is shared
memory: the benchmark reads them all while they run.
"""

import mmap
import os
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KINDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "other")
_FOLDER = "BENCH_STATEMENTS"
_COUNTS = struct.Struct(f"{len(KINDS)}Q")


def post_worker_init(_worker: object) -> None:
    """Called by gunicorn once a web process has loaded the application."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    with (Path(os.environ[_FOLDER]) / str(os.getpid())).open("w+b") as file:
        file.write(bytes(_COUNTS.size))
        file.flush()
        shared = mmap.mmap(file.fileno(), _COUNTS.size)
    counts = [0] * len(KINDS)

    def count(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        counts[_kind(statement)] += 1
        _COUNTS.pack_into(shared, 0, *counts)

    event.listen(Engine, "before_cursor_execute", count)


@contextmanager
def counting_statements() -> Iterator["Statements"]:
    """Web processes that are started meanwhile are counted."""
    with tempfile.TemporaryDirectory() as folder:
        before = dict(os.environ)
        os.environ |= {_FOLDER: folder, "GUNICORN_CMD_ARGS": f"--config python:{__name__}"}
        try:
            yield Statements(Path(folder))
        finally:
            os.environ.clear()
            os.environ |= before


class Statements:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def so_far(self) -> dict[str, int]:
        """Of each kind, over all processes."""
        each = [_COUNTS.unpack(file.read_bytes()) for file in self._folder.iterdir()]
        return {kind: sum(one[place] for one in each) for place, kind in enumerate(KINDS)}


def since(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {kind: after[kind] - before[kind] for kind in KINDS}


def _kind(statement: str) -> int:
    word = statement.lstrip()[:6].upper()
    return KINDS.index(word) if word in KINDS else len(KINDS) - 1
