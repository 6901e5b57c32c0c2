"""Instants as whole seconds since 1970: what a sweep over many times counts in. Pure."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""From a second until another one, which is no longer part of it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def seconds_at(instant: datetime) -> int:
    """The second that the instant lies in."""
    return (instant - _EPOCH) // _SECOND


def seconds_by(instant: datetime) -> int:
    """The first whole second that is not before the instant."""
    return -((_EPOCH - instant) // _SECOND)


@lru_cache(2**14)
def instant_at(seconds: int) -> datetime:
    """In UTC. Kept, since many are free at the same times."""
    return _EPOCH + _SECOND * seconds


def span_of(start: datetime, end: datetime) -> Span:
    """All the seconds that the time touches."""
    return seconds_at(start), seconds_by(end)
