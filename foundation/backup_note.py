"""When the last backup was made, in a file beside the database, for whoever asks how it is."""

from datetime import datetime
from pathlib import Path

_NAME = "last-backup"


def note_backup(data: Path, made_at: datetime) -> None:
    """`made_at`, aware UTC, is when the last one was made; it stands in the data folder."""
    (data / _NAME).write_text(made_at.isoformat() + "\n")


def last_backup(data: Path) -> datetime | None:
    """Aware UTC; None when none was made with this data folder."""
    file = data / _NAME
    return datetime.fromisoformat(file.read_text().strip()) if file.exists() else None
