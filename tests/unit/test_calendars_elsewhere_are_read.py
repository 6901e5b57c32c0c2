"""What real products write, read as the busy time that it means; and what is refused, by its rule."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from scheduling.calendars.importing.reading import AHEAD, BACK, Reading, read_calendar
from scheduling.calendars.importing.refusals import CalendarRefused
from scheduling.calendars.importing.windows_zones import WINDOWS_ZONES
from tests.builders.calendars import NOW, OWNERS_ZONE, calendar_of, event

FIRST, LAST = datetime(2026, 12, 1), datetime(2028, 4, 1)  # noqa: DTZ001 - wall clocks
WALLS = st.datetimes(FIRST, LAST).map(lambda one: one.replace(microsecond=0, fold=0))
NONSENSE = [
    "RRULE:FREQ=WEEKLY", "RRULE:FREQ=", "RRULE:", "RRULE:FREQ=DAILY;UNTIL=x", "DTSTART:x", "RDATE:,", "UID:",
    "EXDATE;TZID=:20261201T", "DURATION:P", "DURATION:-PT1H", "RECURRENCE-ID:9", "STATUS:", "DTEND:99999999",
    "RRULE:FREQ=YEARLY;BYDAY=99MO", "RRULE:FREQ=MONTHLY;BYSETPOS=0", "DTEND:00000000", "DTSTART:00010101",
    "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20261224", "RDATE;VALUE=PERIOD:20261201T100000Z/",
]  # fmt: skip
CORPUS = Path(__file__).parents[1] / "corpus" / "calendars"


def read(data: bytes, zone: str = OWNERS_ZONE, now: datetime = NOW) -> Reading:
    return read_calendar(data, zone=zone, now=int(now.timestamp()))


def told(spans: list[tuple[int, int]]) -> list[list[str]]:
    return [[f"{datetime.fromtimestamp(one, UTC):%Y-%m-%dT%H:%MZ}" for one in span] for span in spans]


@pytest.mark.parametrize("name", sorted(file.stem for file in CORPUS.glob("*.ics")))
def test_a_products_file_keeps_busy_what_it_means(name: str) -> None:
    expected = json.loads((CORPUS / f"{name}.json").read_text())
    found = read((CORPUS / f"{name}.ics").read_bytes())
    assert told(found.timed) == expected["timed"]
    assert told(found.whole_days) == expected["whole_days"]
    assert found.unreadable == expected["unreadable"]
    assert found.unknown_zones == expected["unknown_zones"]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("RRULE:FREQ=SECONDLY", "FREQ=SECONDLY"),
        ("RRULE:FREQ=MINUTELY;COUNT=5", "FREQ=MINUTELY"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "INTERVAL=0"),
        ("RRULE:FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1"),
        ("RRULE:FREQ=DAILY;COUNT=1000000000", "COUNT=1000000000"),
        ("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
        ("RRULE:FREQ=HOURLY;BYMINUTE=" + ",".join(map(str, range(60))), "BYMINUTE"),
        ("EXRULE:FREQ=DAILY", "EXRULE"),
        ("BEGIN:VALARM\r\nREPEAT:1000000\r\nEND:VALARM", "VALARM REPEAT:1000000"),
        ("\r\n".join(["BEGIN:VALARM"] * 3000), "more than 5 deep"),
        ("RDATE:" + "20261201T100000Z," * 6000, "64 kB"),
    ],
)
def test_R32_a_bomb_is_refused_by_its_rule(lines: str, names: str) -> None:
    with pytest.raises(CalendarRefused) as refusal:
        read(calendar_of(event(lines)))
    assert names in refusal.value.words


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"<!doctype html><title>Sign in</title>", "web_page"),
        (b"\xef\xbb\xbf  <html>", "web_page"),
        (b"", "not_a_calendar"),
        (b"{}", "not_a_calendar"),
        (b"\x1f\x8b\x08\x00", "not_a_calendar"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:2026", "truncated"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "truncated"),
    ],
)
def test_what_is_no_calendar_is_said_so(data: bytes, rule: str) -> None:
    with pytest.raises(CalendarRefused) as refusal:
        read(data)
    assert refusal.value.rule == rule


def test_a_file_cut_anywhere_is_never_half_a_calendar() -> None:
    whole = (CORPUS / "google.ics").read_bytes().rstrip()
    for length in range(20, len(whole) - 1, 97):
        with pytest.raises(CalendarRefused):
            read(whole[:length])


def test_only_the_window_is_kept_and_long_events_are_cut_to_it() -> None:
    found = read(calendar_of(event(start="19700101T000000Z", end="20991231T000000Z")))
    [(start, end)] = found.timed
    now = int(NOW.timestamp())
    assert (start, end) == (now - BACK.total_seconds(), now + AHEAD.total_seconds())


def test_an_old_series_is_still_there_and_read_quickly() -> None:
    found = read(calendar_of(event("RRULE:FREQ=DAILY", start="19000101T100000Z", end="19000101T110000Z")))
    assert len(found.timed) == (BACK + AHEAD).days


def test_every_windows_name_is_known() -> None:
    assert WINDOWS_ZONES == WINDOWS_TO_OLSON


@given(
    wall=WALLS,
    zone=st.sampled_from(["America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Africa/Casablanca"]),
)
def test_a_local_time_is_the_instant_that_its_zone_says(wall: datetime, zone: str) -> None:
    start = wall.replace(tzinfo=ZoneInfo(zone))
    lines = f"DTSTART;TZID={zone}:{wall:%Y%m%dT%H%M%S}", "DURATION:PT1H"
    [(first, last)] = read(calendar_of(event(*lines, start="", end=""))).timed
    assert first == int(start.timestamp())
    assert last - first == 3600


@given(wall=WALLS)
def test_a_zone_of_the_files_own_agrees_with_the_one_it_copies(wall: datetime) -> None:
    rules = (
        ("STANDARD", "20071104T020000", "-0400", "-0500", "BYMONTH=11;BYDAY=1SU"),
        ("DAYLIGHT", "20070311T020000", "-0500", "-0400", "BYMONTH=3;BYDAY=2SU"),
    )
    parts = [
        f"BEGIN:{kind}\r\nDTSTART:{start}\r\nTZOFFSETFROM:{before}\r\nTZOFFSETTO:{after}\r\n"
        f"RRULE:FREQ=YEARLY;{rule}\r\nEND:{kind}"
        for kind, start, before, after, rule in rules
    ]
    zone = "\r\n".join(["BEGIN:VTIMEZONE", "TZID:Mine", *parts, "END:VTIMEZONE"])
    meeting = event(f"DTSTART;TZID=Mine:{wall:%Y%m%dT%H%M%S}", "DURATION:PT1H", start="", end="")
    [(first, _last)] = read(calendar_of(zone, meeting)).timed
    assert first == int(wall.replace(tzinfo=ZoneInfo("America/New_York")).timestamp())


@given(data=st.binary(max_size=400))
def test_no_bytes_at_all_are_anything_but_read_or_refused(data: bytes) -> None:
    with pytest.raises(CalendarRefused):
        read(b"BEGIN:VCALENDAR\r\n" + data)


@given(lines=st.lists(st.sampled_from(NONSENSE), max_size=6))
def test_nonsense_in_one_entry_leaves_the_others(lines: list[str]) -> None:
    found = read(calendar_of(event(*lines), event(uid="fine")))
    assert (int(datetime(2026, 12, 1, 10, tzinfo=UTC).timestamp())) in [start for start, _end in found.timed]


def test_a_day_without_a_time_is_the_owners_own() -> None:
    lines = event("DTSTART;VALUE=DATE:20261224", start="", end="")
    for zone, hour in (("America/Los_Angeles", 8), ("Asia/Tokyo", -9)):
        [(start, end)] = read(calendar_of(lines), zone).whole_days
        assert datetime.fromtimestamp(start, UTC) == datetime(2026, 12, 24, tzinfo=UTC) + timedelta(
            hours=hour
        )
        assert end - start == timedelta(days=1).total_seconds()
