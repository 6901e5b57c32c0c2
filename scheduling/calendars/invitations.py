"""Calendar mails (iTIP, RFC 5546): one appointment or series for one person, under the UID of feeds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Event, vCalAddress, vText

from scheduling.calendars.events import Entry, Series, series_events, single_event
from scheduling.calendars.render import empty_calendar, to_bytes
from scheduling.calendars.zones import vtimezone


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Parties:
    """`sender` is the address that the mail comes from, `to` the one person it goes to."""

    sender: str
    sender_name: str
    to: str


def request(entry: Entry, parties: Parties) -> bytes:
    """Puts it into the calendar, or moves it there: the higher SEQUENCE wins."""
    return _calendar(Method.REQUEST, [_addressed(single_event(entry), parties)], _zone_of(entry))


def cancel(entry: Entry, parties: Parties) -> bytes:
    """Takes it out. The entry is the cancelled one, whose sequence is already past the last invitation's."""
    event = _addressed(single_event(entry), parties)
    event["status"] = vText("CANCELLED")
    return _calendar(Method.CANCEL, [event], _zone_of(entry))


def request_series(series: Series, parties: Parties) -> bytes:
    """The whole series as it is now: what was left out or moved is said in the same calendar."""
    events = [_addressed(event, parties) for event in series_events(series)]
    return _calendar(Method.REQUEST, events, series.rule.timezone)


def cancel_series(series: Series, parties: Parties) -> bytes:
    """Takes the whole series out, once none of its dates is left."""
    master = _addressed(next(series_events(replace(series, changes=(), dated=()))), parties)
    master["status"] = vText("CANCELLED")
    return _calendar(Method.CANCEL, [master], series.rule.timezone)


def _zone_of(entry: Entry) -> str:
    zone = entry.recurrence_id.tzinfo if entry.recurrence_id else None
    return zone.key if isinstance(zone, ZoneInfo) else ""


def _addressed(event: Event, parties: Parties) -> Event:
    organizer = vCalAddress(f"mailto:{parties.sender}")
    organizer.params["CN"] = vText(parties.sender_name)
    event.add("organizer", organizer)
    event.add("attendee", _attendee(parties.to))
    return event


def _attendee(address: str) -> vCalAddress:
    """They have said yes already, by booking; no answer is asked for."""
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    return attendee


def _calendar(method: Method, events: Sequence[Event], zone: str) -> bytes:
    calendar = empty_calendar()
    calendar.add("method", method.value)
    if zone:
        calendar.add_component(vtimezone(zone))
    for event in events:
        calendar.add_component(event)
    return to_bytes(calendar)
