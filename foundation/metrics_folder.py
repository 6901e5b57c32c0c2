"""The folder in which the processes of one service count together, and which services live.

prometheus_client reads the variable once, when it is imported: whoever starts a service calls `begin`
before its processes start. A lock tells the living from the dead, since process ids are used again.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_LOCK = "alive"
_ROOM_BYTES = 1 << 20
"""More than one process ever writes."""


def begin(data: Path, service: str) -> None:
    """A folder for this process and its children, empty; what dead services left is cleared away.

    The lock is held as long as this process runs, also after it became another program (`exec`).
    """
    root = data / "metrics"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear_away_the_dead(root)
    folder = root / f"{service}-{os.getpid()}"
    folder.mkdir(mode=0o700)
    lock = os.open(folder / _LOCK, os.O_WRONLY | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.set_inheritable(lock, True)
    os.environ[FOLDER_VARIABLE] = str(folder)


def count_in_memory_if_full() -> None:
    """Before prometheus_client is imported: writing to mapped files of a full disk would end the process."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder is None:
        return
    try:
        with (Path(folder) / f"room-{os.getpid()}").open("wb") as probe:
            Path(probe.name).unlink()
            os.posix_fallocate(probe.fileno(), 0, _ROOM_BYTES)
    except OSError:
        del os.environ[FOLDER_VARIABLE]


def forget_process(pid: int) -> None:
    """A process of this service ended: its sockets are no more. What it counted stays counted."""
    if folder := os.environ.get(FOLDER_VARIABLE):
        for file in Path(folder).glob(f"gauge_live*_{pid}.db"):
            file.unlink(missing_ok=True)


def living_folders(root: Path) -> Iterator[Path]:
    """The folders of the services that run now."""
    return (folder for folder in sorted(root.iterdir()) if _lives(folder))


def _clear_away_the_dead(root: Path) -> None:
    for folder in root.iterdir():
        if not _lives(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(folder: Path) -> bool:
    try:
        lock = os.open(folder / _LOCK, os.O_WRONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(lock)
