"""How far apart two clocks are, in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from web.zone_words import clock_there, clocks_apart, where_they_are

CHICAGO = ZoneInfo("America/Chicago")
WINTER = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("America/Los_Angeles", "two hours earlier"),
        ("America/New_York", "one hour later"),
        ("Asia/Kathmandu", "eleven hours and 45 minutes later"),
        ("America/Mexico_City", ""),
        ("Pacific/Auckland", "19 hours later"),
    ],
)
def test_the_difference_reads_as_the_others_clock_does(other: str, words: str) -> None:
    assert clocks_apart(CHICAGO, ZoneInfo(other), WINTER) == words


def test_it_is_said_only_when_it_matters() -> None:
    there = where_they_are("Dana", CHICAGO, ZoneInfo("America/Los_Angeles"), WINTER)
    assert there == "Dana is in Los Angeles, two hours earlier."
    assert where_they_are("Dana", CHICAGO, ZoneInfo("America/Mexico_City"), WINTER) == ""


def test_another_day_over_there_is_named() -> None:
    assert clock_there(CHICAGO, ZoneInfo("America/New_York"), WINTER) == "4:00 pm"
    assert clock_there(CHICAGO, ZoneInfo("Pacific/Auckland"), WINTER) == "10:00 am on Wednesday"
    assert clock_there(CHICAGO, CHICAGO, WINTER) == ""
