"""Bytes of a calendar. The same facts give the same bytes, whenever and wherever they are rendered. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256

from icalendar import Calendar, vDuration, vText

from scheduling.calendars.events import Entry, Series, series_events, single_event
from scheduling.calendars.zones import vtimezone

PRODUCT = "-//Evenside//Calendar//EN"
POLL_EVERY = timedelta(hours=1)
_KEPT = 128


@dataclass(frozen=True)
class Sheet:
    """All that a feed shows. `name` is what the calendar program calls it."""

    name: str
    entries: tuple[Entry, ...] = ()
    series: tuple[Series, ...] = ()


def version(sheet: Sheet) -> str:
    """A short name for exactly this state, for an ETag; finding it costs far less than rendering."""
    return sha256(repr(sheet).encode()).hexdigest()[:32]


@lru_cache(maxsize=_KEPT)
def render(sheet: Sheet) -> bytes:
    """The feed (RFC 5545 and 7986): CRLF, lines folded at 75 octets. The latest feeds are kept in memory."""
    calendar = empty_calendar()
    calendar.add("name", vText(sheet.name))
    calendar.add("x-wr-calname", vText(sheet.name))
    calendar.add("refresh-interval", POLL_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(POLL_EVERY))
    for name in sorted({series.rule.timezone for series in sheet.series}):
        calendar.add_component(vtimezone(name))
    for series in sheet.series:
        for event in series_events(series):
            calendar.add_component(event)
    for entry in sheet.entries:
        calendar.add_component(single_event(entry))
    return to_bytes(calendar)


def empty_calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def to_bytes(calendar: Calendar) -> bytes:
    rendered: bytes = calendar.to_ical(sorted=False)
    return rendered
