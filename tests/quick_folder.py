"""Where the files of stories live: in memory if there is room, since there nobody waits for a disk."""

import os
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 3 * 2**30


def quick_folder() -> str | None:
    """A folder in memory with room for a whole run; None leaves it to the system's own."""
    if not (_MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)):
        return None
    return str(_MEMORY) if shutil.disk_usage(_MEMORY).free > _ROOM_BYTES else None


def keep_files_there() -> None:
    """For pytest's temporary folders, unless somebody chose a place."""
    if folder := quick_folder():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
