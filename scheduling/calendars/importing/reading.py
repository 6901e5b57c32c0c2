"""A calendar file, read whole: what is busy, and what its owner should know about it. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduling.calendars.importing.components import read_components
from scheduling.calendars.importing.custom_zones import naive
from scheduling.calendars.importing.events import Span, Window, time_taken
from scheduling.calendars.importing.known_zones import KnownZone
from scheduling.calendars.importing.refusals import too_many
from scheduling.calendars.importing.zones import Zones

BACK = timedelta(days=8)
AHEAD = timedelta(days=548)
"""Eighteen months: further than a service can be booked, and a series after it."""
MOST_SPANS = 20_000


@dataclass(frozen=True)
class Reading:
    """Busy time as (start, end) in seconds since 1970, merged and in order; whole days apart.

    `entries` were in the file, `unreadable` of them made no sense; `unknown_zones` were read as the owner's.
    """

    timed: list[Span]
    whole_days: list[Span]
    entries: int
    unreadable: int
    unknown_zones: list[str]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def read_calendar(data: bytes, *, zone: str, now: int) -> Reading:
    """What the file says between a week ago and 18 months ahead. Raises CalendarRefused.

    `zone` is the owner's; `now` in seconds since 1970.
    """
    file = read_components(data)
    window = Window(now - int(BACK.total_seconds()), now + int(AHEAD.total_seconds()))
    owners = KnownZone(ZoneInfo(zone))
    zones = Zones(file, owners, naive(window.start), naive(window.end))
    taken = time_taken(file.events, file.freebusy, zones, window)
    found = Reading(
        _merged(taken.timed),
        _merged(taken.whole_days),
        len(file.events) + len(file.freebusy),
        taken.unreadable,
        zones.unknown,
    )
    if len(found.timed) + len(found.whole_days) > MOST_SPANS:
        raise too_many("busy times", MOST_SPANS)
    return found


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as few spans in order; touching ones become one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
