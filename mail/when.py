"""Times in a letter: always with the place whose clocks show them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from foundation.timewords import day, daypart, relative, span, zone_label


def full_time(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """`Tuesday 1 December, 3:00 to 3:50 pm, Chicago (CST)`."""
    return f"{day(starts_at, zone)}, {span(starts_at, ends_at, zone)}, {zone_label(zone, starts_at)}"


def other_time(starts_at: datetime, ends_at: datetime, own: ZoneInfo, other: ZoneInfo) -> str | None:
    """The same in another place, or None where its clocks show the same."""
    if starts_at.astimezone(own).utcoffset() == starts_at.astimezone(other).utcoffset():
        return None
    return full_time(starts_at, ends_at, other)


def how_soon(starts_at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`today`, `tonight`, `tomorrow`, or `in 3 days`; within two hours, `in 59 minutes`."""
    soon = relative(starts_at, now)
    if "minute" in soon or soon == "in 1 hour":
        return soon
    return daypart(starts_at, now, zone).lower() or soon
