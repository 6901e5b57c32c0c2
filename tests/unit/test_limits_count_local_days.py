"""A limit counts sessions by the practitioner's own clock: local days, and local weeks from Monday on."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scheduling.limits import Limits, full_time

NEW_YORK = ZoneInfo("America/New_York")
EIGHT_IN_THE_EVENING = datetime(2027, 2, 3, 1, 0, tzinfo=UTC)


def test_case_4_an_evening_counts_on_its_own_local_date() -> None:
    """20:00 in New York on 2 February 2027 is the 3rd in UTC, and fills the 2nd."""
    assert full_time([EIGHT_IN_THE_EVENING], Limits(daily=1), NEW_YORK) == [
        (datetime(2027, 2, 2, 5, tzinfo=UTC), datetime(2027, 2, 3, 5, tzinfo=UTC))
    ]


def test_a_week_runs_from_monday_to_sunday() -> None:
    two = [EIGHT_IN_THE_EVENING, EIGHT_IN_THE_EVENING + timedelta(days=4)]
    monday = datetime(2027, 2, 1, 5, tzinfo=UTC)
    assert full_time(two, Limits(weekly=2), NEW_YORK) == [(monday, monday + timedelta(days=7))]
    assert full_time([two[0], two[1] + timedelta(days=2)], Limits(weekly=2), NEW_YORK) == []


def test_the_day_on_which_the_clocks_change_is_as_long_as_it_is() -> None:
    noon = datetime(2027, 3, 14, 16, tzinfo=UTC)
    ((start, end),) = full_time([noon], Limits(daily=1), NEW_YORK)
    assert end - start == timedelta(hours=23)


def test_without_a_limit_nothing_is_full() -> None:
    assert full_time([EIGHT_IN_THE_EVENING] * 50, Limits(), NEW_YORK) == []


@given(
    st.lists(st.integers(0, 24 * 60), max_size=12),
    st.integers(1, 3),
    st.integers(1, 5),
    st.sampled_from(["UTC", "America/Havana", "Pacific/Kiritimati", "America/St_Johns", "Africa/Cairo"]),
)
def test_what_is_full_is_what_counting_by_hand_finds(
    hours: list[int], daily: int, weekly: int, name: str
) -> None:
    """The starts are spread over 60 days around the change of clocks in October."""
    zone = ZoneInfo(name)
    starts = [datetime(2026, 10, 5, tzinfo=UTC) + timedelta(hours=number) for number in hours]
    dates = Counter(start.astimezone(zone).date() for start in starts)
    weeks = Counter(start.astimezone(zone).isocalendar()[:2] for start in starts)
    found = full_time(starts, Limits(daily, weekly), zone)
    for number in range(24 * 60):
        instant = datetime(2026, 10, 5, tzinfo=UTC) + timedelta(hours=number)
        local: date = instant.astimezone(zone).date()
        by_hand = dates[local] >= daily or weeks[local.isocalendar()[:2]] >= weekly
        assert any(start <= instant < end for start, end in found) == by_hand
