"""Who was deleted, in a file beside the database: a backup that is brought back knows nothing of it."""

import os
from collections.abc import Collection
from pathlib import Path

_NAME = "deleted-ids"


def list_file(data: Path) -> Path:
    """Where it lies. Keep a copy with each machine that backups are brought back on."""
    return data / _NAME


def read_list(data: Path) -> set[str]:
    """The ids; none where there is no file yet."""
    file = list_file(data)
    return set(file.read_text().split()) if file.exists() else set()


def add_to_list(data: Path, ids: Collection[str]) -> bool:
    """Write down those that are missing, and be sure that they are on the disk. Says whether any were."""
    missing = sorted(set(ids) - read_list(data))
    if not missing:
        return False
    handle = os.open(list_file(data), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "w") as file:
        file.writelines(f"{one}\n" for one in missing)
        file.flush()
        os.fsync(file.fileno())
    return True
