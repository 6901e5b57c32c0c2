"""A VTIMEZONE of a file's own, worked out for the window that is read (RFC 5545 section 3.6.5). Pure."""

import re
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from scheduling.calendars.importing.components import Component, listed
from scheduling.calendars.importing.known_zones import UTC_ZONE
from scheduling.calendars.importing.refusals import Unreadable
from scheduling.calendars.importing.rules import FREQUENCIES, occurrences, read_rule
from scheduling.calendars.importing.times import Zone, read_when

_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d):?(\d\d)?")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - walls are naive, and this one is where they count from
_SEASON = timedelta(days=500)
_LONG_AGO = -(10**12)


class CustomZone:
    """Changes of offset by time; before the first, its own `before`."""

    def __init__(self, changes: list[tuple[int, int]], before: int) -> None:
        self._starts = [_LONG_AGO, *(at for at, _ in changes)]
        self._offsets = [before, *(offset for _, offset in changes)]

    def instant(self, wall: datetime) -> int:
        seconds = int((wall - _EPOCH).total_seconds())
        ends = [*self._starts[1:], None]
        for start, end, offset in zip(self._starts, ends, self._offsets, strict=True):
            at = seconds - offset
            if start <= at and (end is None or at < end):
                return at
        return seconds - self._before_the_jump(seconds)

    def wall(self, instant: int) -> datetime:
        offset = self._offsets[bisect_right(self._starts, instant) - 1]
        return _EPOCH + timedelta(seconds=instant + offset)

    def _before_the_jump(self, seconds: int) -> int:
        """The offset that ended where clocks jumped over this wall time."""
        for start, (before, after) in zip(self._starts[1:], pairwise(self._offsets), strict=True):
            if start + before <= seconds < start + after:
                return before
        return self._offsets[-1]


def custom_zone(component: Component, start: datetime, end: datetime) -> Zone:
    """The zone as it is between two naive moments. Raises Unreadable, CalendarRefused."""
    changes: list[tuple[int, int]] = []
    earliest: tuple[int, int] | None = None
    for part in component.parts:
        before, after = _offset(part, "TZOFFSETFROM"), _offset(part, "TZOFFSETTO")
        walls = _onsets(part, start - _SEASON, end + _SEASON)
        changes.extend((int((wall - _EPOCH).total_seconds()) - before, after) for wall in walls)
        first = min((int((wall - _EPOCH).total_seconds()) for wall in walls), default=0)
        earliest = min(earliest or (first, before), (first, before))
    if not changes or earliest is None:
        raise Unreadable("a zone without times")
    return CustomZone(sorted(changes), earliest[1])


def _onsets(part: Component, start: datetime, end: datetime) -> list[datetime]:
    written = part.one("DTSTART")
    if written is None:
        raise Unreadable("a zone without a beginning")
    first = read_when(written.value, {}, lambda _name: UTC_ZONE, UTC_ZONE).wall
    walls = [first]
    for rule in part.all("RRULE"):
        walls += _ruled(rule.value, first, start, end)
    for value, _one in listed(part.all("RDATE")):
        walls.append(read_when(value, {}, lambda _name: UTC_ZONE, UTC_ZONE).wall)
    return sorted(set(walls))


def _ruled(text: str, first: datetime, start: datetime, end: datetime) -> list[datetime]:
    rule = read_rule(text)
    if rule["freq"] != FREQUENCIES["YEARLY"]:
        raise Unreadable("a zone that changes more than yearly")
    if "until" in rule:
        until = read_when(rule["until"], {}, lambda _name: UTC_ZONE, UTC_ZONE).wall
        rule["until"] = until + timedelta(days=1)  # in UTC, and the change is local: no other is so near
    return list(occurrences(rule, first, start, end, text))


def _offset(part: Component, name: str) -> int:
    written = part.one(name)
    found = _OFFSET.fullmatch(written.value.strip()) if written else None
    if found is None:
        raise Unreadable(name)
    sign, hours, minutes, seconds = found.groups()
    total = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    return -total if sign == "-" else total


def naive(instant: int) -> datetime:
    """The wall clock of UTC."""
    return datetime.fromtimestamp(instant, UTC).replace(tzinfo=None)
