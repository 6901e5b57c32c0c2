"""Content lines of RFC 5545 section 3.1: unfolded, and only those that say when somebody is busy. Pure.

Everything else is passed over unread: titles, descriptions, attendees, pictures.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from icalendar.parser import Contentline

from scheduling.calendars.importing.refusals import too_long

WANTED = frozenset({
    "BEGIN", "END", "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE",
    "RECURRENCE-ID", "STATUS", "TRANSP", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "REPEAT", "FREEBUSY",
    "X-WR-TIMEZONE", "X-LIC-LOCATION", "X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-CDO-ALLDAYEVENT",
})  # fmt: skip
LONGEST = 64 * 1024
_NAME = re.compile(rb"[A-Za-z0-9-]+")


@dataclass(frozen=True)
class Property:
    """`value` as it stands; `parameters` by upper-case name, without their quotes."""

    name: str
    value: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def word(self) -> str:
        return self.value.strip().upper()


def properties(data: bytes) -> Iterator[Property]:
    """The wanted ones, in order; what is not a content line at all is passed over."""
    for line in _unfolded(_physical(data)):
        found = _property(line.decode("utf-8", "replace"))
        if found is not None:
            yield found


def _physical(data: bytes) -> Iterator[bytes]:
    """Lines ended in any of the ways in use; the CR of a CRLF is stripped."""
    ending = b"\n" if b"\n" in data else b"\r"
    start = len(b"\xef\xbb\xbf") if data.startswith(b"\xef\xbb\xbf") else 0
    while start < len(data):
        end = data.find(ending, start)
        end = len(data) if end < 0 else end
        yield data[start:end].rstrip(b"\r")
        start = end + 1


def _unfolded(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Continuations are joined on the wanted lines only. Raises CalendarRefused past any honest length."""
    kept: list[bytes] = []
    length = 0
    for line in lines:
        if line[:1] in {b" ", b"\t"}:
            length += len(line)
            if kept:
                kept.append(line[1:])
                _check(length)
            continue
        if kept:
            yield b"".join(kept)
        length = len(line)
        kept = [line] if _is_wanted(line) else []
        _check(length if kept else 0)
    if kept:
        yield b"".join(kept)


def _check(length: int) -> None:
    if length > LONGEST:
        raise too_long(LONGEST)


def _is_wanted(line: bytes) -> bool:
    name = _NAME.match(line)
    return name is not None and name.group().decode("ascii").upper() in WANTED


def _property(line: str) -> Property | None:
    """Name, parameters and value as they stand, by icalendar's reading; None where it finds no such line."""
    try:
        name, found, value = Contentline(line).raw_parts()  # type: ignore[no-untyped-call]
    except ValueError:
        return None
    parameters = {key.upper(): one if isinstance(one, str) else ",".join(one) for key, one in found.items()}
    if (
        value.startswith("//") and "TZID" in parameters
    ):  # Exchange leaves zone names that are addresses unquoted
        rest, _, value = value.rpartition(":")
        parameters["TZID"] += f":{rest}"
    return Property(name.upper(), value, parameters)
