"""Weekly hours and date overrides in local time, turned into free intervals in UTC. Pure.

A window or an override belongs to the local date on which it begins, even where it runs past midnight.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from scheduling.recurrence import NonExistentTime, lenient_local, resolve_local
from scheduling.seconds import Span, instant_at, seconds_at

Interval: TypeAlias = tuple[datetime, datetime]
Range: TypeAlias = tuple[int, int]
T = TypeVar("T", int, datetime)

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Window:
    """Working time on a weekday (0 is Monday), in minutes after local midnight; past 1440 is the next day."""

    weekday: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True)
class Override:
    """The whole truth about one local date, in place of the weekly hours; no ranges is a day off."""

    date: date
    ranges: tuple[Range, ...] = ()


def open_intervals(
    windows: Sequence[Window], overrides: Sequence[Override], zone: ZoneInfo, first: date, last: date
) -> list[Interval]:
    """The working time that begins on the local dates `first` to `last`, in UTC, merged and in order."""
    spans = open_spans(windows, overrides, zone, first, last)
    return [(instant_at(opens), instant_at(closes)) for opens, closes in spans]


def open_spans(
    windows: Sequence[Window], overrides: Sequence[Override], zone: ZoneInfo, first: date, last: date
) -> list[Span]:
    """Like `open_intervals`, in seconds."""
    special = {override.date: override.ranges for override in overrides}
    weekly: dict[int, list[Range]] = {}
    for window in windows:
        weekly.setdefault(window.weekday, []).append((window.start_minute, window.end_minute))
    found: list[Span] = []
    for day in _days(first, last):
        ranges = special.get(day, weekly.get(day.weekday(), ()))
        found.extend((_edge(day, start, zone), _edge(day, end, zone)) for start, end in ranges)
    return merge(found)


def merge(intervals: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """The same time as few intervals in order; touching ones become one, empty ones vanish."""
    merged: list[tuple[T, T]] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + _DAY * number


@lru_cache(2**16)
def _edge(day: date, minute: int, zone: ZoneInfo) -> int:
    """Kept, since practitioners of one zone begin and end at the same few times."""
    try:
        return seconds_at(resolve_local(day, minute, zone))
    except NonExistentTime:
        return seconds_at(_end_of_jump(day, minute, zone))


def _end_of_jump(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The instant of the jump: hours that say 02:30 on such a night begin or end when it becomes 03:00."""
    after = lenient_local(day, minute, zone)
    offset = after.astimezone(zone).utcoffset()
    while (after - _MINUTE).astimezone(zone).utcoffset() == offset:
        after -= _MINUTE
    return after
