"""A weekly seven o'clock stays seven o'clock; one date can move or be left out without touching the rest."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.recurrence import (
    Change,
    NonExistentTime,
    WeeklyRule,
    is_occurrence,
    lenient_local,
    occurrences,
    resolve_local,
)

NEW_YORK = ZoneInfo("America/New_York")
MONDAYS_AT_FIVE = WeeklyRule("America/New_York", 0, 17 * 60, 90, date(2027, 1, 4))
ZONES = ["America/New_York", "America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "UTC"]


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.usefixtures("any_server_zone")
def test_five_o_clock_in_new_york_moves_in_utc_when_the_clocks_change() -> None:
    """Case 1: 22:00Z on 8 March 2027, then 21:00Z on the 15th."""
    found = occurrences(MONDAYS_AT_FIVE, [], utc(2027, 3, 8), utc(2027, 3, 16))
    assert [one.starts_at for one in found] == [utc(2027, 3, 8, 22), utc(2027, 3, 15, 21)]


@pytest.mark.usefixtures("any_server_zone")
def test_one_date_moves_and_one_is_cancelled_and_the_rest_stay() -> None:
    """Case 9: 15 February moved to the 16th, 22 February cancelled; each keeps its original date."""
    changes = [
        Change(date(2027, 2, 15), new_date=date(2027, 2, 16)),
        Change(date(2027, 2, 22), cancelled=True),
    ]
    found = occurrences(MONDAYS_AT_FIVE, changes, utc(2027, 2, 8), utc(2027, 3, 2))
    told = [(one.date.day, one.starts_at.day, one.moved, one.cancelled) for one in found]
    assert told == [(8, 8, False, False), (15, 16, True, False), (22, 22, False, True), (1, 1, False, False)]


def test_a_date_moved_far_away_is_found_where_it_went_and_not_where_it_was() -> None:
    changes = [Change(date(2027, 2, 15), new_date=date(2027, 6, 1), new_minute=8 * 60)]
    assert not occurrences(MONDAYS_AT_FIVE, changes, utc(2027, 2, 15), utc(2027, 2, 17))
    (found,) = occurrences(MONDAYS_AT_FIVE, changes, utc(2027, 6, 1), utc(2027, 6, 2))
    assert (found.date, found.starts_at, found.moved) == (date(2027, 2, 15), utc(2027, 6, 1, 12), True)


def test_an_exception_for_a_date_that_is_none_of_its_own_means_nothing() -> None:
    changes = [Change(date(2027, 2, 16), new_date=date(2027, 2, 17))]
    found = occurrences(MONDAYS_AT_FIVE, changes, utc(2027, 2, 15), utc(2027, 2, 22))
    assert [one.date for one in found] == [date(2027, 2, 15)]


def test_what_is_running_at_the_edge_counts() -> None:
    at_half_past_five = utc(2027, 1, 4, 22, 30)
    assert occurrences(MONDAYS_AT_FIVE, [], at_half_past_five, at_half_past_five + timedelta(minutes=1))
    over = utc(2027, 1, 4, 23, 30)
    assert not occurrences(MONDAYS_AT_FIVE, [], over, over + timedelta(days=1))


@given(
    st.sampled_from(ZONES),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(5, 2000),
    st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    st.none() | st.integers(0, 400),
    st.integers(1, 4),
    st.integers(-50, 800),
    st.integers(1, 60),
)
def test_occurrences_are_what_a_walk_through_every_day_finds(
    zone: str,
    weekday: int,
    minute: int,
    lasting: int,
    first: date,
    days: int | None,
    interval: int,
    from_day: int,
    span: int,
) -> None:
    until = None if days is None else first + timedelta(days=days)
    rule = WeeklyRule(zone, weekday, minute, lasting, first, until, interval)
    start = datetime.combine(first, time(), tzinfo=UTC) + timedelta(days=from_day)
    end = start + timedelta(days=span)
    found = [(one.date, one.starts_at, one.ends_at) for one in occurrences(rule, [], start, end)]
    assert found == walk(rule, start, end)


def walk(rule: WeeklyRule, start: datetime, end: datetime) -> list[tuple[date, datetime, datetime]]:
    day, seen, found = rule.first, 0, []
    while day <= end.date() + timedelta(days=2) and (rule.until is None or day <= rule.until):
        if day.weekday() == rule.weekday:
            starts_at = lenient_local(day, rule.minute_of_day, ZoneInfo(rule.timezone))
            ends_at = starts_at + timedelta(minutes=rule.minutes)
            if seen % rule.interval == 0 and starts_at < end and ends_at > start:
                found.append((day, starts_at, ends_at))
            seen += 1
        day += timedelta(days=1)
    return found


@given(st.sampled_from(ZONES), st.integers(0, 6), st.integers(0, 1439), st.integers(0, 700))
def test_the_clock_on_the_wall_is_always_the_rules(zone: str, weekday: int, minute: int, after: int) -> None:
    rule = WeeklyRule(zone, weekday, minute, 60, date(2026, 1, 1))
    start = utc(2026, 1, 8) + timedelta(days=after)
    for one in occurrences(rule, [], start, start + timedelta(days=30)):
        local = one.starts_at.astimezone(ZoneInfo(zone))
        exists = local.hour * 60 + local.minute == minute and local.date() == one.date
        assert exists or skipped(one.date, minute, zone)
        assert is_occurrence(rule, one.date)


def skipped(day: date, minute: int, zone: str) -> bool:
    try:
        resolve_local(day, minute, ZoneInfo(zone))
    except NonExistentTime:
        return True
    return False


def test_a_time_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NonExistentTime):
        resolve_local(date(2027, 3, 14), 2 * 60 + 30, NEW_YORK)
    assert resolve_local(date(2027, 3, 14), 3 * 60, NEW_YORK) == utc(2027, 3, 14, 7)


def test_a_time_that_comes_twice_is_the_first() -> None:
    assert resolve_local(date(2027, 11, 7), 90, NEW_YORK) == utc(2027, 11, 7, 5, 30)


def test_a_weekly_time_that_is_missing_one_night_comes_an_hour_later_by_the_clock() -> None:
    """RFC 5545, 3.3.5, so that every calendar program agrees with us."""
    nights = WeeklyRule("America/New_York", 6, 150, 60, date(2027, 3, 7))
    (found,) = occurrences(nights, [], utc(2027, 3, 14), utc(2027, 3, 15))
    assert found.starts_at.astimezone(NEW_YORK).time() == time(3, 30)
