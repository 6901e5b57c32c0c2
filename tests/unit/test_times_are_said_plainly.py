"""Times as people say them, always in a named zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.timewords import clock, day, daypart, hour, relative, short_day, span, zone_label

CHICAGO, KOLKATA = ZoneInfo("America/Chicago"), ZoneInfo("Asia/Kolkata")
FRIDAY_GROUP = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def test_a_meeting_is_told_in_the_members_own_zone() -> None:
    assert hour(FRIDAY_GROUP, CHICAGO) == "9 pm"
    assert clock(FRIDAY_GROUP, CHICAGO) == "9:00 pm"
    assert day(FRIDAY_GROUP, CHICAGO) == "Friday 27 November"
    assert short_day(FRIDAY_GROUP, KOLKATA) == "Sat 28 Nov"


def test_half_hours_keep_their_minutes_in_large_type() -> None:
    assert hour(FRIDAY_GROUP, KOLKATA) == "8:30 am"


def test_a_span_names_the_half_of_the_day_once_unless_it_changes() -> None:
    noon = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
    assert span(noon, noon + timedelta(minutes=20), CHICAGO) == "12:00 to 12:20 pm"
    assert span(noon - timedelta(minutes=20), noon, CHICAGO) == "11:40 am to 12:00 pm"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/Chicago", "Chicago (CST)"),
        ("Asia/Tashkent", "Tashkent (UTC+05)"),
        ("UTC", "UTC"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires (UTC-03)"),
    ],
)
def test_a_zone_is_a_place_and_what_its_clocks_are_called(zone: str, said: str) -> None:
    assert zone_label(ZoneInfo(zone), FRIDAY_GROUP) == said


def test_summer_and_winter_have_their_own_names() -> None:
    assert zone_label(CHICAGO, datetime(2026, 7, 1, tzinfo=UTC)) == "Chicago (CDT)"


@pytest.mark.parametrize(
    ("away", "said"),
    [
        (timedelta(hours=2, minutes=59), "in 2 hours"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(seconds=59), "now"),
        (-timedelta(days=3), "3 days ago"),
    ],
)
def test_distance_is_said_in_one_unit(away: timedelta, said: str) -> None:
    assert relative(FRIDAY_GROUP + away, FRIDAY_GROUP) == said


def test_tonight_is_the_persons_own_evening() -> None:
    noon = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
    assert daypart(FRIDAY_GROUP, noon, CHICAGO) == "Tonight"
    assert daypart(FRIDAY_GROUP, noon, KOLKATA) == "Today"
    assert daypart(FRIDAY_GROUP + timedelta(days=1), noon, CHICAGO) == "Tomorrow"
    assert daypart(FRIDAY_GROUP + timedelta(days=2), noon, CHICAGO) == ""


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_clock_can_be_read_back(instant: datetime) -> None:
    local = instant.astimezone(CHICAGO)
    read = datetime.strptime(clock(instant, CHICAGO), "%I:%M %p")  # noqa: DTZ007 - only the clock face
    assert (read.hour, read.minute) == (local.hour, local.minute)
