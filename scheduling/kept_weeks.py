"""Weeks in which somebody did a thing, told so that a lapse is only a week. Pure.

The week that runs is shown once it is lit: until it is over nobody has missed it. Weeks before the first one
are not shown either. One dark week between two lit ones does not end a row; it just does not count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WEEKS = 12
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class KeptWeeks:
    """`lit` are the weeks, oldest first; `in_a_row` counts the lit ones of the row that still goes on."""

    lit: tuple[bool, ...]
    in_a_row: int

    @property
    def kept(self) -> int:
        return sum(self.lit)

    @property
    def shown(self) -> int:
        return len(self.lit)


def kept_weeks(days: Iterable[date], today: date, weeks: int = WEEKS) -> KeptWeeks:
    """Of the last `weeks` weeks, Monday to Sunday; `days` and `today` are of one calendar, the person's."""
    lit = {monday_of(day) for day in days if day <= today}
    if not lit:
        return KeptWeeks((), 0)
    newest = monday_of(today) if monday_of(today) in lit else monday_of(today) - _WEEK
    oldest = max(min(lit), newest - _WEEK * (weeks - 1))
    shown = [oldest + _WEEK * n for n in range((newest - oldest).days // 7 + 1)]
    return KeptWeeks(tuple(week in lit for week in shown), _row(lit, newest))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _row(lit: set[date], newest: date) -> int:
    """Backwards from the newest week until two dark ones come together."""
    count, week = 0, newest
    while week in lit or week - _WEEK in lit:
        count += week in lit
        week -= _WEEK
    return count
