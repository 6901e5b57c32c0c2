"""Slots found the slow way, to hold the sweep against: looks at every minute, knows no interval arithmetic.

It shares no line with scheduling/: a zone is only ever asked what its clocks show at a given instant.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 1440
HOUR = 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WEEK_FROM_MONDAY = 3
"""The first of January 1970 was a Thursday, the third day after a Monday."""


@dataclass(frozen=True)
class Plan:
    """Weekly ranges of (weekday, from, until) and ranges by date, in minutes after local midnight."""

    zone: str
    weekly: tuple[tuple[int, int, int], ...] = ()
    dates: tuple[tuple[date, tuple[tuple[int, int], ...]], ...] = ()

    def ranges(self, day: int) -> list[tuple[int, int]]:
        for special, ranges in self.dates:
            if (special - EPOCH.date()).days == day:
                return list(ranges)
        weekday = (day + WEEK_FROM_MONDAY) % 7
        return [(start, end) for one, start, end in self.weekly if one == weekday]


@dataclass(frozen=True)
class Wanted:
    """All in minutes; `earliest` and `latest` are instants."""

    length: int
    gap: int
    step: int
    earliest: datetime
    latest: datetime


def slots(
    plan: Plan, busy: Sequence[tuple[datetime, datetime]], wanted: Wanted, first: date, last: date
) -> list[datetime]:
    """When something can begin in the hours that belong to the local dates `first` to `last`."""
    working = working_minutes(plan, (first - EPOCH.date()).days, (last - EPOCH.date()).days)
    found, began = [], 0
    for minute in sorted(working):
        if minute - 1 not in working:
            began = minute
        if (minute - began) % wanted.step == 0 and _fits(minute, working, busy, wanted):
            found.append(instant(minute))
    return found


def working_minutes(plan: Plan, first: int, last: int) -> set[int]:
    """Every minute since 1970, UTC, that is working time; days are counted since 1970 too."""
    working: set[int] = set()
    for day in range(first, last + 1):
        for start, end in plan.ranges(day):
            opens, closes = (_reached(plan.zone, day * DAY + edge) for edge in (start, end))
            working.update(range(opens, closes))
    return working


def instant(minute: int) -> datetime:
    return EPOCH + timedelta(minutes=minute)


def _fits(minute: int, working: set[int], busy: Iterable[tuple[datetime, datetime]], wanted: Wanted) -> bool:
    begins = instant(minute)
    ends = begins + timedelta(minutes=wanted.length + wanted.gap)
    return (
        wanted.earliest <= begins <= wanted.latest
        and all(one in working for one in range(minute, minute + wanted.length))
        and not any(start < ends and end > begins for start, end in busy if start < end)
    )


def _reached(zone: str, wall: int) -> int:
    """The first minute, UTC, at which the local clocks show `wall` or have jumped past it."""
    for day in range(wall // DAY - 1, wall // DAY + 2):
        shown = _clocks(zone, day)
        if max(shown) >= wall:
            return day * DAY + next(minute for minute, local in enumerate(shown) if local >= wall)
    raise AssertionError("no clock is more than a day away from UTC")


@lru_cache(64)
def _clocks(zone: str, day: int) -> tuple[int, ...]:
    """What the clocks show at each minute of one UTC day, in minutes since 1970 by their own reckoning."""
    shown: list[int] = []
    for hour in range(day * DAY, (day + 1) * DAY, HOUR):
        before, after = _ahead(zone, hour), _ahead(zone, hour + HOUR)
        each = range(hour, hour + HOUR)
        shown += [one + (before if before == after else _ahead(zone, one)) for one in each]
    return tuple(shown)


def _ahead(zone: str, minute: int) -> int:
    """How many minutes the clocks are ahead of UTC."""
    offset = instant(minute).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset // timedelta(minutes=1)
