"""The months of a report: whole ones that are over, by the clinic's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import InstrumentedAttribute

from foundation.timewords import local_date
from scheduling.recurrence import lenient_local

YEAR = 12


@dataclass(frozen=True)
class Month:
    """From its `first` day to before `next`; the instants are when these days begin in the clinic's zone."""

    first: date
    next: date
    starts_at: datetime
    ends_at: datetime


def months_before(now: datetime, zone: ZoneInfo, count: int = YEAR) -> list[Month]:
    """The last `count` months that are over, the oldest first."""
    firsts = [local_date(now, zone).replace(day=1)]
    while len(firsts) <= count:
        firsts.insert(0, (firsts[0] - timedelta(days=1)).replace(day=1))
    return [_month(first, until, zone) for first, until in pairwise(firsts)]


def by_instant(column: InstrumentedAttribute[datetime], months: Sequence[Month]) -> ColumnElement[int]:
    """Which month an instant falls in, counted from 0, for GROUP BY; the query keeps to the months' span."""
    return _numbered(column, [one.ends_at for one in months])


def by_day(column: InstrumentedAttribute[date], months: Sequence[Month]) -> ColumnElement[int]:
    """The same for a date."""
    return _numbered(column, [one.next for one in months])


def within(column: InstrumentedAttribute[datetime], months: Sequence[Month]) -> ColumnElement[bool]:
    return (column >= months[0].starts_at) & (column < months[-1].ends_at)


def within_days(column: InstrumentedAttribute[date], months: Sequence[Month]) -> ColumnElement[bool]:
    return (column >= months[0].first) & (column < months[-1].next)


def _numbered(column: InstrumentedAttribute[Any], ends: Sequence[Any]) -> ColumnElement[int]:
    return case(*((column < end, n) for n, end in enumerate(ends)), else_=len(ends))


def _month(first: date, until: date, zone: ZoneInfo) -> Month:
    return Month(first, until, lenient_local(first, 0, zone), lenient_local(until, 0, zone))
