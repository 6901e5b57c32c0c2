"""Calendar files that other programs might write, line by line."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
OWNERS_ZONE = "America/Los_Angeles"


def calendar_of(*parts: str) -> bytes:
    """A whole file with these components."""
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//Else//EN", *parts, "END:VCALENDAR")
    return ("\r\n".join(lines) + "\r\n").encode()


def event(
    *lines: str, start: str = "20261201T100000Z", end: str = "20261201T110000Z", uid: str = "one"
) -> str:
    """An event with further lines; without `start` or `end` it has none."""
    told = [f"UID:{uid}", "DTSTAMP:20261101T000000Z"]
    told += [f"DTSTART:{start}"] if start else []
    told += [f"DTEND:{end}"] if end else []
    return "\r\n".join(("BEGIN:VEVENT", *told, *lines, "END:VEVENT"))
