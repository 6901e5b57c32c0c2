"""The time that is not worked, for the week: shaded every week, hatched and told on single dates. Pure."""

from collections.abc import Iterable
from datetime import timedelta

from scheduling.availability import Interval, Override, open_intervals
from scheduling.hours import Hours
from scheduling.recurrence import lenient_local
from web.hours_reading import twelve_hours
from web.week_grid import SHUT, Entry

_DAY = 1440
_ONE = timedelta(days=1)


def working_time(hours: Hours, span: Interval) -> list[Interval]:
    """What is worked within `span`, in UTC and in order."""
    first, last = (instant.astimezone(hours.zone).date() for instant in span)
    found = open_intervals(hours.windows, hours.overrides, hours.zone, first - 2 * _ONE, last + _ONE)
    cut = ((max(opens, span[0]), min(closes, span[1])) for opens, closes in found)
    return [(opens, closes) for opens, closes in cut if opens < closes]


def shut_hours(hours: Hours, span: Interval) -> Iterable[Entry]:
    """The rest of `span`; nothing for somebody without hours, whose every hour would be shaded."""
    if not hours.windows and not hours.overrides:
        return
    reached = span[0]
    for opens, closes in working_time(hours, span):
        if reached < opens:
            yield Entry(reached, opens, "", SHUT)
        reached = closes
    if reached < span[1]:
        yield Entry(reached, span[1], "", SHUT)


def days_off(hours: Hours, span: Interval) -> Iterable[Entry]:
    """Dates that differ from the weekly hours: what is not worked on them is hatched."""
    for override in hours.overrides:
        for first, last, words in _gaps(override):
            opens = lenient_local(override.date, first, hours.zone)
            closes = lenient_local(override.date, last, hours.zone)
            if opens < span[1] and closes > span[0]:
                yield Entry(opens, closes, words, "off")


def _gaps(override: Override) -> Iterable[tuple[int, int, str]]:
    if not override.ranges:
        yield 0, _DAY, "Day off"
        return
    reached = 0
    for first, last in sorted(override.ranges):
        if first > reached:
            yield reached, first, f"Off until {twelve_hours(first)}"
        reached = max(reached, last)
    if reached < _DAY:
        yield reached, _DAY, f"Off from {twelve_hours(reached)}"
