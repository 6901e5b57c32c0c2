"""Busy times from elsewhere: a calendar of 5,000 entries read within its limits, and bombs refused.

Each is read as the worker and the page read it, in a process of its own, whose peak memory is taken from the
system's account of children.
"""

import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.figures import Figure
from scheduling.calendars.importing.parsing import FETCHED, UPLOAD, Limits, parse_calendar
from scheduling.calendars.importing.refusals import CalendarRefused

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
TITLE = "Busy times from elsewhere"
ENTRIES = 5_000
MOST_SECONDS, MOST_MEGABYTES, MOST_FOR_A_BOMB = 10.0, 200, 2.0
_KILOBYTE = 1024


def measure() -> list[Figure]:
    """The calendar first: until then, its reader is the only child there was."""
    seconds, said = _timed(a_large_calendar(), FETCHED)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _KILOBYTE
    return [
        Figure(f"a calendar of {ENTRIES:,} entries", seconds, "s", MOST_SECONDS, facts={"read": said}),
        Figure("memory of its reader", peak, "MB", MOST_MEGABYTES),
        *(_refused(name, make()) for name, make in BOMBS.items()),
    ]


def a_large_calendar() -> bytes:
    """Some 3 MB, a fifth of it weekly series over two years, with the words that real entries carry."""
    chance = Random(1)
    return _calendar("".join(_entry(number, chance) for number in range(ENTRIES)))


def _entry(number: int, chance: Random) -> str:
    day = NOW + timedelta(days=chance.randrange(-300, 500), hours=number % 12)
    rule = "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20281231T000000Z\r\n" if number % 5 == 0 else ""
    words = f"SUMMARY:{'Words ' * 8}\r\nDESCRIPTION:{'More words ' * 25}\r\n"
    times = "".join(
        f"{name};TZID=America/New_York:{day + timedelta(minutes=after):%Y%m%dT%H%M%S}\r\n"
        for name, after in (("DTSTART", 0), ("DTEND", 50))
    )
    return f"BEGIN:VEVENT\r\nUID:{number}@bench\r\n{words}{times}{rule}END:VEVENT\r\n"


def _calendar(inside: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n".encode()


def _bomb(line: str, times: int = 1) -> bytes:
    event = (
        "BEGIN:VEVENT\r\nUID:{}\r\nDTSTART:20261201T100000Z\r\nDTEND:20261201T110000Z\r\n{}\r\nEND:VEVENT\r\n"
    )
    return _calendar("".join(event.format(number, line) for number in range(times)))


BOMBS: dict[str, Callable[[], bytes]] = {
    "INTERVAL=0": lambda: _bomb("RRULE:FREQ=DAILY;INTERVAL=0"),
    "FREQ=SECONDLY": lambda: _bomb("RRULE:FREQ=SECONDLY"),
    "COUNT=10^9": lambda: _bomb("RRULE:FREQ=DAILY;COUNT=1000000000"),
    "a rule that never falls": lambda: _bomb("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    "2,000 slow rules": lambda: _bomb("RRULE:FREQ=HOURLY;BYMONTHDAY=31;BYMONTH=1,3", 2000),
    "EXRULE": lambda: _bomb("EXRULE:FREQ=DAILY"),
    "VALARM REPEAT": lambda: _bomb("BEGIN:VALARM\r\nREPEAT:1000000\r\nEND:VALARM"),
    "3,000 deep": lambda: b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 3000,
    "50 MB": lambda: b"BEGIN:VCALENDAR\r\n" + b"X" * 50_000_000,
    "a sign-in page": lambda: b"<!doctype html><title>Sign in</title>",
    "gzip": lambda: b"\x1f\x8b\x08\x00" + b"\0" * 1000,
    "broken off": lambda: _bomb("SUMMARY:x")[:-40],
}


def _refused(name: str, data: bytes) -> Figure:
    seconds, said = _timed(data, UPLOAD)
    return Figure(f"refused: {name}", seconds, "s", MOST_FOR_A_BOMB, facts={"said": said})


def _timed(data: bytes, limits: Limits) -> tuple[float, str]:
    begun = time.perf_counter()
    try:
        found = parse_calendar(data, zone="America/Los_Angeles", now=NOW, limits=limits)
        said = f"{len(found.timed):,} busy times"
    except CalendarRefused as refusal:
        said = refusal.words
    return time.perf_counter() - begun, said
