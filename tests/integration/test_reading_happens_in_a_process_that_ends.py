"""What strangers wrote is read in a process of its own: it is killed, limited, and leaves nothing behind."""

import os
import resource
import time
from dataclasses import replace
from pathlib import Path

import pytest

from scheduling.calendars.importing.parsing import FETCHED, UPLOAD, Limits, parse, parse_calendar
from scheduling.calendars.importing.reading import Reading
from scheduling.calendars.importing.refusals import CalendarRefused
from tests.builders.calendars import NOW, OWNERS_ZONE, calendar_of, event

SLOW = "RRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"
"""It never falls, and looking for it takes what it is given."""


def read(data: bytes, limits: Limits = UPLOAD) -> Reading:
    return parse_calendar(data, zone=OWNERS_ZONE, now=NOW, limits=limits)


def many_slow() -> bytes:
    return calendar_of(*(event(SLOW, uid=str(number)) for number in range(3000)))


def test_a_calendar_comes_back_as_intervals() -> None:
    found = read(calendar_of(event()))
    assert (len(found.timed), found.entries) == (1, 1)


def test_R32_a_process_that_takes_too_long_is_killed() -> None:
    impatient = replace(FETCHED, seconds=30, patience=0.3)
    begun = time.monotonic()
    with pytest.raises(CalendarRefused) as refusal:
        read(many_slow(), impatient)
    assert refusal.value.rule == "work"
    assert time.monotonic() - begun < 25
    ours = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    assert not [one for one in ours if b"importing.child" in Path(f"/proc/{one}/cmdline").read_bytes()]


def test_a_process_that_works_too_much_ends_itself() -> None:
    with pytest.raises(CalendarRefused, match="takes too long"):
        read(many_slow())


def test_a_process_that_wants_too_much_memory_says_so() -> None:
    narrow = replace(FETCHED, memory=20_000_000)
    with pytest.raises(CalendarRefused) as refusal:
        read(calendar_of(*(event(uid="x" * 5000 + str(number)) for number in range(1500))), narrow)
    assert refusal.value.rule in {"memory", "work"}


def test_our_own_memory_is_as_before() -> None:
    read(calendar_of(event()))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for data in (many_slow(), b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 3000, b"[" * 500_000):
        with pytest.raises(CalendarRefused):
            read(data)
    with pytest.raises(CalendarRefused):
        parse(b"[" * 500_000, {"what": "meetings"}, FETCHED)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000, "in kilobytes"


def test_what_is_read_in_knows_nothing_of_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings, no keys: the child has an environment of two lines."""
    monkeypatch.setenv("EVENSIDE_DATABASE_URL", "nonsense://")
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    assert read(calendar_of(event())).entries == 1
