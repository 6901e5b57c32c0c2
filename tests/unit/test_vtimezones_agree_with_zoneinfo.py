"""A calendar program that reads only our VTIMEZONE sees the same local times as zoneinfo, 2020 to 2045."""

import re
import zoneinfo
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from scheduling.calendars.zone_files import UnknownZone
from scheduling.calendars.zone_rules import UnreadableRule, read_rule
from scheduling.calendars.zones import vtimezone

FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
EVERY = timedelta(days=9, hours=5)
ZONES = sorted(zoneinfo.available_timezones() - {"localtime"})
LISTED_BY_DATE = {"Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza", "Asia/Hebron"}

Reader = list[tuple[datetime, timedelta]]


def text_of(name: str) -> str:
    return "\r\n".join(vtimezone(name))


def read(name: str) -> Reader:
    """Every change of offset that the text tells, by instant; it knows nothing of zoneinfo."""
    text = text_of(name)
    parts = text.replace("BEGIN:DAYLIGHT", "BEGIN:STANDARD").split("BEGIN:STANDARD")[1:]
    observances = [part.split("END:")[0] for part in parts]
    return sorted(change for observance in observances for change in changes(observance))


def changes(observance: str) -> Reader:
    lines = dict(line.split(":", 1) for line in observance.strip().splitlines())
    before, after = offset(lines["TZOFFSETFROM"]), offset(lines["TZOFFSETTO"])
    start = datetime.strptime(lines["DTSTART"], "%Y%m%dT%H%M%S")  # noqa: DTZ007
    walls = [start]
    if "RRULE" in lines:
        walls = rrulestr(lines["RRULE"], dtstart=start).between(start, LAST.replace(tzinfo=None), inc=True)
        assert walls[0] == start, "DTSTART has to be the first date of its own rule"
    return [((wall - before).replace(tzinfo=UTC), after) for wall in walls]


def offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].ljust(6, "0")
    return sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:]))


def offset_at(reader: Reader, instant: datetime) -> timedelta:
    return reader[bisect_right(reader, instant, key=lambda change: change[0]) - 1][1]


def instants(reader: Reader) -> list[datetime]:
    """Regular ones, and both sides of every change that the text or zoneinfo could have."""
    regular = [FIRST + EVERY * n for n in range(int((LAST - FIRST) / EVERY))]
    told = [at for at, _ in reader if FIRST < at < LAST]
    return regular + [at + nudge for at in told for nudge in (timedelta(seconds=-1), timedelta(0))]


@pytest.mark.parametrize("name", ZONES)
def test_every_instant_has_the_offset_that_zoneinfo_gives(name: str) -> None:
    reader, zone = read(name), ZoneInfo(name)
    wrong = [at for at in instants(reader) if offset_at(reader, at) != at.astimezone(zone).utcoffset()]
    assert wrong == []


STEADY = ("America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Antarctica/Troll")


@pytest.mark.parametrize("name", STEADY)
def test_zones_with_a_steady_rule_are_two_rules_and_no_list(name: str) -> None:
    text = text_of(name)
    assert text.count("RRULE:FREQ=YEARLY") == text.count("DTSTART") == 2


def test_no_zone_is_written_with_rdates() -> None:
    assert [name for name in ZONES if "RDATE" in text_of(name)] == []


def test_only_zones_that_follow_the_moon_are_long_lists() -> None:
    assert {name for name in ZONES if len(text_of(name)) > 4000} == LISTED_BY_DATE


def test_summer_time_begins_at_the_local_hour_before_the_clocks_change() -> None:
    (daylight,) = re.findall("BEGIN:DAYLIGHT(.*)END:DAYLIGHT", text_of("America/Los_Angeles"), re.DOTALL)
    assert "DTSTART:20070311T020000" in daylight
    assert "RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3" in daylight


def test_a_zone_without_summer_time_is_one_observance() -> None:
    text = text_of("Asia/Tokyo")
    assert text.count("BEGIN:STANDARD") == 1
    assert "RRULE" not in text


def test_a_change_past_the_end_of_the_month_is_two_rules() -> None:
    """Cairo goes back when October's last Thursday ends: sometimes that Friday is the first of November."""
    text = text_of("Africa/Cairo")
    assert "BYDAY=FR;BYMONTHDAY=26,27,28,29,30,31;BYMONTH=10" in text
    assert "BYDAY=FR;BYMONTHDAY=1;BYMONTH=11" in text


@pytest.mark.parametrize("name", ["", "Nowhere/Else", "../../etc/passwd", "America/Los_Angeles\n"])
def test_a_name_that_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        vtimezone(name)


def test_a_rule_we_cannot_read_is_not_guessed() -> None:
    with pytest.raises(UnreadableRule):
        read_rule("EST5EDT,J60,J300")
