"""Bytes of a calendar. The same facts give the same bytes, whenever and wherever they are rendered. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from scheduling.calendars.events import Entry, Series, series_events, single_event
from scheduling.calendars.lines import component, joined, words
from scheduling.calendars.zones import vtimezone

PRODUCT = "-//Evenside//Calendar//EN"
POLL_EVERY = "PT1H"
_ZONES_KEPT = 600
_SLICE = 100
"""Objects between two moments at which others may go on: about a millisecond of work."""


@dataclass(frozen=True)
class Sheet:
    """All that a feed shows. `name` is what the calendar program calls it."""

    name: str
    entries: tuple[Entry, ...] = ()
    series: tuple[Series, ...] = ()


@dataclass(frozen=True)
class CalendarObject:
    """What has one UID: an appointment, or a series with what is different about its dates.

    `zones` are the IANA names that `text` refers to; `text` is its VEVENTs, folded and ended by CRLF.
    """

    uid: str
    zones: tuple[str, ...]
    text: str


def render(sheet: Sheet, *, give_way: Callable[[], None] = lambda: None) -> bytes:
    """The feed (RFC 5545 and 7986). `give_way` is called every millisecond or so, for whoever else waits."""
    return put_together(sheet.name, list(objects(sheet, give_way=give_way)))


def put_together(name: str, shown: Sequence[CalendarObject]) -> bytes:
    """One file of several objects."""
    hints = (
        f"NAME:{words(name)}",
        f"X-WR-CALNAME:{words(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{POLL_EVERY}",
        f"X-PUBLISHED-TTL:{POLL_EVERY}",
    )
    return _file(hints, chain.from_iterable(one.zones for one in shown), (one.text for one in shown))


def stand_alone(one: CalendarObject) -> bytes:
    """One object as a file of its own, as CalDAV has it (RFC 4791, section 4.1)."""
    return _file((), one.zones, (one.text,))


def message(method: str, zones: Iterable[str], events: Iterable[Sequence[str]]) -> bytes:
    """A calendar message (RFC 5546): METHOD stands on the calendar itself."""
    return _file((f"METHOD:{method}",), zones, (joined(one) for one in events))


def facts(sheet: Sheet) -> tuple[Series | Entry, ...]:
    """In the order of `objects`."""
    return (*sheet.series, *sheet.entries)


def objects(sheet: Sheet, *, give_way: Callable[[], None] = lambda: None) -> Iterator[CalendarObject]:
    """What repeats, then the single ones, in a steady order."""
    for number, one in enumerate(facts(sheet), start=1):
        if isinstance(one, Entry):
            yield CalendarObject(one.uid, (), joined(single_event(one)))
        else:
            text = "".join(joined(event) for event in series_events(one))
            yield CalendarObject(one.uid, (one.rule.timezone,), text)
        if number % _SLICE == 0:
            give_way()


def _file(more: Sequence[str], zones: Iterable[str], texts: Iterable[str]) -> bytes:
    begin = joined(("BEGIN:VCALENDAR", f"PRODID:{PRODUCT}", "VERSION:2.0", "CALSCALE:GREGORIAN", *more))
    told = (_zone(name) for name in sorted({*zones} - {"UTC"}))
    return "".join((begin, *told, *texts, joined(("END:VCALENDAR",)))).encode()


@lru_cache(maxsize=_ZONES_KEPT)
def _zone(name: str) -> str:
    return joined(component("VTIMEZONE", vtimezone(name)))
