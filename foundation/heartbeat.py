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
    return was_ever_here(settings) and age(settings) < OLD_AFTER


def was_ever_here(settings: Settings) -> bool:
    """Whether a worker has ever run with this data folder."""
    return _file(settings).exists()


def age(settings: Settings) -> float:
    """Seconds since the last beat; 0 where there was none."""
    try:
        return max(0.0, time.time() - _file(settings).stat().st_mtime)
    except FileNotFoundError:
        return 0.0


def _file(settings: Settings) -> Path:
    return settings.data / "worker.beat"
