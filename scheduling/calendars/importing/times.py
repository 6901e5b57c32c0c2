"""Dates, times and durations as RFC 5545 sections 3.3.4 to 3.3.6 write them. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from scheduling.calendars.importing.lines import Property
from scheduling.calendars.importing.refusals import Unreadable

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_TIME = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)?(Z?)", re.IGNORECASE)
_DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?",
    re.IGNORECASE,
)
_LEAP_SECOND = 60
WHOLE_DAYS = "whole days"
"""What a zone is asked for by when there is no time at all: the owner's own day counts, wherever that is."""


class Zone(Protocol):
    """Between wall clocks and instants, in whole seconds since 1970."""

    def instant(self, wall: datetime) -> int:
        """The first of two when clocks go back; as before the change when they jump over it."""

    def wall(self, instant: int) -> datetime:
        """What clocks show then, naive."""


@dataclass(frozen=True)
class When:
    """A moment as written: naive on the clock of `zone`, or a whole day."""

    wall: datetime
    zone: Zone
    is_date: bool = False

    @property
    def instant(self) -> int:
        return self.zone.instant(self.wall)


@dataclass(frozen=True)
class Length:
    """Days by the calendar, then exact seconds."""

    days: int = 0
    seconds: int = 0

    def after(self, start: When) -> int:
        """The instant at which something ends that starts then."""
        return start.zone.instant(start.wall + timedelta(days=self.days)) + self.seconds


ZoneOf = Callable[[str | None], Zone]
"""The zone that a TZID names; None is for times without one."""


def read_when(value: str, parameters: dict[str, str], zone_of: ZoneOf, utc: Zone) -> When:
    """Raises Unreadable."""
    whole = _DATE.fullmatch(value.strip())
    try:
        if whole:
            year, month, day = map(int, whole.groups())
            midnight = datetime.combine(date(year, month, day), datetime.min.time())
            return When(midnight, zone_of(WHOLE_DAYS), is_date=True)
        return _timed(value.strip(), parameters, zone_of, utc)
    except (ValueError, OverflowError) as error:
        raise Unreadable(value[:40]) from error


def _timed(value: str, parameters: dict[str, str], zone_of: ZoneOf, utc: Zone) -> When:
    found = _TIME.fullmatch(value)
    if found is None:
        raise Unreadable(value[:40])
    *numbers, seconds, in_utc = found.groups()
    year, month, day, hour, minute = map(int, numbers)
    second = min(int(seconds or 0), _LEAP_SECOND - 1)
    wall = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - its zone stands beside it
    return When(wall, utc if in_utc else zone_of(parameters.get("TZID")))


def read_length(one: Property) -> Length:
    """Raises Unreadable; nothing lasts less than no time."""
    return _length(one.value)


def _length(value: str) -> Length:
    found = _DURATION.fullmatch(value.strip())
    if found is None or not any(found.groups()[1:]):
        raise Unreadable(value[:40])
    if found.group(1) == "-":
        raise Unreadable("a length below zero")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    return Length(days + 7 * weeks, seconds + 60 * minutes + 3600 * hours)


def read_period(value: str, parameters: dict[str, str], zone_of: ZoneOf, utc: Zone) -> tuple[When, int]:
    """A start, and the instant of the end: `start/end` or `start/duration`. Raises Unreadable."""
    first, _, second = value.partition("/")
    start = read_when(first, parameters, zone_of, utc)
    if second[:1].upper() in {"P", "+"}:
        return start, _length(second).after(start)
    return start, read_when(second, parameters, zone_of, utc).instant
