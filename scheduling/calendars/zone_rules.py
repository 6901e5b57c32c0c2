"""The POSIX rule at the end of a zone file (RFC 9636 section 3.3.1): when its clocks change each year."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from scheduling.calendars.zone_files import Offset, Onset

_NAME = r"(<[^>]+>|[A-Za-z]+)"
_OFFSET = r"([+-]?\d+(?::\d+){0,2})"
_DATE = r"M(\d+)\.(\d)\.(\d)(?:/([+-]?\d+(?::\d+){0,2}))?"
_RULE = re.compile(f"{_NAME}{_OFFSET}(?:{_NAME}{_OFFSET}?,{_DATE},{_DATE})?")
_DEFAULT_HOUR = "2"
_HOUR = 3600
_DAY = 86400
_LAST = 5


class UnreadableRule(Exception):
    """A zone file ends with a rule of a form that no zone of tzdata 2026 uses."""


@dataclass(frozen=True)
class YearlyDay:
    """The `week`th (5: the last) `weekday` (0 = Monday) of `month`, and `seconds` past its midnight.

    The seconds may be negative or go past one day: 26:00 after a Thursday is two o'clock on Friday.
    """

    month: int
    week: int
    weekday: int
    seconds: int

    def in_year(self, year: int) -> datetime:
        """The local wall time, naive."""
        return datetime.combine(self._named_day(year), datetime.min.time()) + timedelta(seconds=self.seconds)

    @property
    def days_later(self) -> int:
        """By how many days the seconds push it past the named weekday."""
        return self.seconds // _DAY

    def _named_day(self, year: int) -> date:
        first = date(year, self.month, 1)
        day = 1 + (self.weekday - first.weekday()) % 7 + 7 * (self.week - 1)
        if day > calendar.monthrange(year, self.month)[1]:
            day -= 7
        return first.replace(day=day)


@dataclass(frozen=True)
class YearlyRule:
    """Standard time, and where there is one, the summer time between two days of each year."""

    standard: Offset
    summer: Offset | None = None
    begins: YearlyDay | None = None
    ends: YearlyDay | None = None

    def changes(self) -> list[tuple[YearlyDay, Offset, Offset]]:
        """(day, before, after) for the two changes of a year; nothing where clocks never change."""
        if self.summer is None or self.begins is None or self.ends is None:
            return []
        return [(self.begins, self.standard, self.summer), (self.ends, self.summer, self.standard)]

    def onsets(self, first_year: int, last_year: int) -> Iterator[Onset]:
        """Every change of these years, by time."""
        for year in range(first_year, last_year + 1):
            yearly = [_onset(day.in_year(year), before, after) for day, before, after in self.changes()]
            yield from sorted(yearly, key=lambda onset: onset.at)


def read_rule(text: str) -> YearlyRule:
    """The rule that a footer spells. Raises UnreadableRule."""
    match = _RULE.fullmatch(text)
    if match is None:
        raise UnreadableRule(text)
    name, offset, summer, summer_offset = match.group(1, 2, 3, 4)
    standard = Offset(-_seconds(offset), name.strip("<>"), is_dst=False)
    if summer is None:
        return YearlyRule(standard)
    east = -_seconds(summer_offset) if summer_offset else standard.seconds + _HOUR
    days = _yearly_day(*match.group(5, 6, 7, 8)), _yearly_day(*match.group(9, 10, 11, 12))
    return YearlyRule(standard, Offset(east, summer.strip("<>"), is_dst=True), *days)


def _yearly_day(month: str, week: str, weekday: str, at: str | None) -> YearlyDay:
    """POSIX counts weekdays from Sunday."""
    return YearlyDay(int(month), int(week), (int(weekday) - 1) % 7, _seconds(at or _DEFAULT_HOUR))


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    hours, minutes, seconds = (*map(int, text.lstrip("+-").split(":")), 0, 0)[:3]
    return sign * (hours * _HOUR + minutes * 60 + seconds)


def _onset(wall: datetime, before: Offset, after: Offset) -> Onset:
    return Onset(int(wall.replace(tzinfo=UTC).timestamp()) - before.seconds, before, after)
