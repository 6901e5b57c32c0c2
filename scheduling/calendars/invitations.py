"""Calendar mails (iTIP, RFC 5546): one appointment or series for one person, under the UID of feeds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from scheduling.calendars.events import Entry, Marks, Series, series_events, single_event
from scheduling.calendars.lines import zone_of
from scheduling.calendars.render import message


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class Parties:
    """`sender` is the address that the mail comes from, `to` the one person it goes to.

    `asks` whether they are asked for an answer: when somebody else chose the time and answers are read.
    """

    sender: str
    sender_name: str
    to: str
    asks: bool = False


def request(entry: Entry, parties: Parties) -> bytes:
    """Puts it into the calendar, or moves it there: the higher SEQUENCE wins."""
    return message(Method.REQUEST, _zones_of(entry), [single_event(entry, _marks(parties))])


def cancel(entry: Entry, parties: Parties) -> bytes:
    """Takes it out. The entry is the cancelled one, whose sequence is already past the last invitation's."""
    return message(Method.CANCEL, _zones_of(entry), [single_event(entry, _marks(parties, "CANCELLED"))])


def request_series(series: Series, parties: Parties) -> bytes:
    """The whole series as it is now: what was left out or moved is said in the same calendar."""
    events = list(series_events(series, _marks(parties)))
    return message(Method.REQUEST, [series.rule.timezone], events)


def cancel_series(series: Series, parties: Parties) -> bytes:
    """Takes the whole series out, once none of its dates is left."""
    whole = replace(series, changes=(), dated=())
    master: Sequence[str] = next(series_events(whole, _marks(parties, "CANCELLED")))
    return message(Method.CANCEL, [series.rule.timezone], [master])


def _zones_of(entry: Entry) -> list[str]:
    return [zone_of(entry.recurrence_id)] if entry.recurrence_id else []


def _marks(parties: Parties, status: str | None = None) -> Marks:
    """Who chose the time has said yes already by booking; no answer is asked of them (RFC 5546, 3.2.2)."""
    name = parties.sender_name.translate(_UNQUOTABLE)
    answer = "PARTSTAT=NEEDS-ACTION;RSVP=TRUE" if parties.asks else "PARTSTAT=ACCEPTED;RSVP=FALSE"
    lines = (
        f'ORGANIZER;CN="{name}":mailto:{parties.sender}',
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;{answer}:mailto:{parties.to}",
    )
    return Marks(lines, status)


_UNQUOTABLE = {ord('"'): "'", **dict.fromkeys(range(32)), 127: None}
"""What a quoted parameter cannot hold (RFC 5545, 3.2)."""
