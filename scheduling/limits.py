"""How many sessions a practitioner gives in one day and in one week, both by their own clock. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.availability import Interval, merge
from scheduling.recurrence import lenient_local

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Limits:
    """Sessions that may start on one local date, and in one local week from Monday on; None is no limit."""

    daily: int | None = None
    weekly: int | None = None


def full_time(starts: Iterable[datetime], limits: Limits, zone: ZoneInfo) -> list[Interval]:
    """The local days and weeks in which no further session may start, in UTC, merged and in order.

    `starts` are those of all sessions in the weeks that are asked about, and of no other.
    """
    dates = [start.astimezone(zone).date() for start in starts]
    mondays = [day - _DAY * day.weekday() for day in dates]
    days = [_span(day, _DAY, zone) for day in _full(dates, limits.daily)]
    weeks = [_span(monday, _WEEK, zone) for monday in _full(mondays, limits.weekly)]
    return merge([*days, *weeks])


def _full(dates: Iterable[date], most: int | None) -> list[date]:
    return [] if most is None else [day for day, count in Counter(dates).items() if count >= most]


def _span(day: date, length: timedelta, zone: ZoneInfo) -> Interval:
    return lenient_local(day, 0, zone), lenient_local(day + length, 0, zone)
