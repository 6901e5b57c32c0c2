"""Content lines of iCalendar, escaped and folded (RFC 5545, sections 3.1 and 3.3). Pure.

We write few properties, and the same ones thousands of times: by hand that takes a twentieth of the time
that a library for the whole standard needs. Readers that are none of ours judge the result in the tests.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

FOLD_AT = 75
END = "\r\n"
_UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def words(text: str) -> str:
    """A TEXT value: whatever a person wrote, it stays one value on one line."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSPEAKABLE.sub("", plain).translate(_ESCAPED)


def utc(instant: datetime) -> str:
    """`20261127T030000Z`; parts of a second are left out."""
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def wall(name: str, local: datetime) -> str:
    """`DTSTART;TZID=America/Chicago:20261127T190000`, for a local time in a true IANA zone; UTC as such."""
    zone = zone_of(local)
    if zone == "UTC":
        return f"{name}:{local:%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={zone}:{local:%Y%m%dT%H%M%S}"


def zone_of(local: datetime) -> str:
    """The IANA name of its zone. Raises TypeError for an instant that has none."""
    if not isinstance(local.tzinfo, ZoneInfo):
        raise TypeError("a wall time needs its place")
    return local.tzinfo.key


def component(name: str, lines: Iterable[str]) -> list[str]:
    return [f"BEGIN:{name}", *lines, f"END:{name}"]


def joined(lines: Iterable[str]) -> str:
    """The lines as they go out: folded, each ended by CRLF."""
    return "".join(one + END if len(one) <= FOLD_AT and one.isascii() else _folded(one) for one in lines)


def _folded(line: str) -> str:
    """At 75 octets, between characters, never inside one."""
    pieces, room = [""], FOLD_AT
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append("")
            room = FOLD_AT - 1
        pieces[-1] += letter
        room -= size
    return f"{END} ".join(pieces) + END
