"""A file that a living worker touches, so that others can see it lives."""

import time
from pathlib import Path

from foundation.settings import Settings

OLD_AFTER = 60.0
"""Seconds. A worker may be sending to a slow server, so a few missed beats say nothing."""


def beat(settings: Settings) -> None:
    _file(settings).touch()


def is_alive(settings: Settings) -> bool:
    """Whether a worker has beaten within the last minute. By the machine's clock, as the file's time is."""
    try:
        return time.time() - _file(settings).stat().st_mtime < OLD_AFTER
    except FileNotFoundError:
        return False


def _file(settings: Settings) -> Path:
    return settings.data / "worker.beat"
