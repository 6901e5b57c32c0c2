"""Calendar mails (iTIP, RFC 5546): one appointment for one person, under the UID that feeds use. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from icalendar import Event, vCalAddress, vText

from scheduling.calendars.events import Entry, single_event
from scheduling.calendars.render import empty_calendar, to_bytes


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
    event = _event(entry, parties)
    return _calendar(Method.REQUEST, event)


def cancel(entry: Entry, parties: Parties) -> bytes:
    """Takes it out. The entry is the cancelled one, whose sequence is already past the last invitation's."""
    event = _event(entry, parties)
    event["status"] = vText("CANCELLED")
    return _calendar(Method.CANCEL, event)


def _event(entry: Entry, parties: Parties) -> Event:
    event = single_event(entry)
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


def _calendar(method: Method, event: Event) -> bytes:
    calendar = empty_calendar()
    calendar.add("method", method.value)
    calendar.add_component(event)
    return to_bytes(calendar)
