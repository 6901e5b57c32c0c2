"""Slots against an oracle that looks at every single minute, and the days on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scheduling.availability import Interval, Override, Window, merge, open_intervals
from scheduling.slots import cut_slots

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 11, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FAR = timedelta(days=400)

minutes = st.integers(0, 600)
intervals = st.lists(st.tuples(minutes, minutes), max_size=8)


def at(minute: int) -> datetime:
    return START + MINUTE * minute


@example(free=[(0, 600)], busy=[(30, 29), (60, 60)], length=5, gap=5, step=5, bounds=(0, 600))
@given(
    intervals,
    intervals,
    st.integers(1, 90),
    st.integers(0, 30),
    st.integers(1, 60),
    st.tuples(minutes, minutes),
)
def test_slots_are_what_a_look_at_every_minute_finds(
    free: list[tuple[int, int]],
    busy: list[tuple[int, int]],
    length: int,
    gap: int,
    step: int,
    bounds: tuple[int, int],
) -> None:
    open_time = merge((at(start), at(end)) for start, end in free)
    found = cut_slots(
        open_time,
        [(at(start), at(end)) for start, end in busy],
        length=MINUTE * length,
        gap=MINUTE * gap,
        step=MINUTE * step,
        earliest=at(bounds[0]),
        latest=at(bounds[1]),
    )
    taken = {minute for start, end in busy for minute in range(start, end)}
    assert found == [
        (at(minute), at(minute + length))
        for minute in range(bounds[0], bounds[1] + 1)
        if is_on_grid(at(minute), open_time, length, step)
        and not taken.intersection(range(minute, minute + length + gap))
    ]


def is_on_grid(moment: datetime, open_time: list[Interval], length: int, step: int) -> bool:
    return any(
        opens <= moment
        and moment + MINUTE * length <= closes
        and (moment - opens) % (MINUTE * step) == timedelta()
        for opens, closes in open_time
    )


@given(intervals)
def test_merging_keeps_exactly_the_same_minutes(some: list[tuple[int, int]]) -> None:
    merged = merge((at(start), at(end)) for start, end in some)
    covered = {at(minute) for start, end in some for minute in range(start, end)}
    assert {start + MINUTE * n for start, end in merged for n in range((end - start) // MINUTE)} == covered
    assert all(earlier[1] < later[0] for earlier, later in pairwise(merged))


def slots_of(day: date, start: str, end: str, length: int = 60, step: int = 30) -> list[datetime]:
    window = Window(day.weekday(), minute(start), minute(end))
    free = open_intervals([window], [], NEW_YORK, day, day)
    found = cut_slots(
        free,
        [],
        length=MINUTE * length,
        gap=timedelta(),
        step=MINUTE * step,
        earliest=START - FAR,
        latest=START + FAR,
    )
    return [starts_at for starts_at, _ in found]


def minute(clock: str) -> int:
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


@pytest.mark.usefixtures("any_server_zone")
def test_in_the_night_that_lacks_an_hour_its_times_are_not_offered() -> None:
    """Case 2: 02:00 and 02:30 do not exist in New York on 14 March 2027."""
    found = slots_of(date(2027, 3, 14), "01:00", "04:00")
    assert [f"{slot.astimezone(NEW_YORK):%H:%M}" for slot in found] == ["01:00", "01:30", "03:00"]


@pytest.mark.usefixtures("any_server_zone")
def test_in_the_night_with_an_hour_twice_both_are_offered() -> None:
    """Case 3: 01:00 and 01:30 come twice in New York on 7 November 2027, told apart by the offset."""
    found = slots_of(date(2027, 11, 7), "00:30", "03:00")
    half_hours = [datetime(2027, 11, 7, 4, 30, tzinfo=UTC) + MINUTE * 30 * number for number in range(6)]
    assert found == half_hours
    assert [f"{slot.astimezone(NEW_YORK):%H:%M%z}" for slot in found] == [
        "00:30-0400", "01:00-0400", "01:30-0400", "01:00-0500", "01:30-0500", "02:00-0500",
    ]  # fmt: skip


@pytest.mark.usefixtures("any_server_zone")
def test_an_evening_abroad_is_the_next_day_in_utc() -> None:
    """Case 4: 20:00 in New York on 2 February is 01:00 UTC on the 3rd."""
    assert datetime(2027, 2, 3, 1, 0, tzinfo=UTC) in slots_of(date(2027, 2, 2), "17:00", "21:00")


def test_hours_that_begin_in_the_missing_hour_begin_when_it_ends() -> None:
    day = date(2027, 3, 14)
    jump = datetime(2027, 3, 14, 7, 0, tzinfo=UTC)
    half_past = [Window(6, minute("02:30"), minute("05:00"))]
    assert open_intervals(half_past, [], NEW_YORK, day, day) == [(jump, jump + MINUTE * 120)]
    inside = [Window(6, minute("02:10"), minute("02:50"))]
    assert open_intervals(inside, [], NEW_YORK, day, day) == []


def test_a_window_may_run_past_midnight() -> None:
    friday = date(2026, 11, 27)
    night = [Window(4, minute("22:00"), minute("26:00"))]
    opens = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
    assert open_intervals(night, [], NEW_YORK, friday, friday + timedelta(days=1)) == [
        (opens, opens + timedelta(hours=4))
    ]


def test_an_override_replaces_the_hours_of_its_date_only() -> None:
    monday = date(2026, 11, 30)
    hours = [Window(day, minute("09:00"), minute("17:00")) for day in range(5)]
    overrides = [
        Override(monday),
        Override(monday + timedelta(days=1), ((minute("12:00"), minute("13:00")),)),
    ]
    found = open_intervals(hours, overrides, ZoneInfo("UTC"), monday, monday + timedelta(days=2))
    assert [(f"{start:%d %H}", f"{end:%H}") for start, end in found] == [("01 12", "13"), ("02 09", "17")]


@given(
    st.sampled_from(
        ["America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "Pacific/Apia", "Asia/Kolkata"]
    ),
    st.dates(date(2010, 1, 1), date(2030, 12, 1)),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
def test_working_time_never_runs_backwards_in_any_zone(
    zone: str, day: date, start: int, lasting: int
) -> None:
    window = Window(day.weekday(), start, start + lasting)
    found = open_intervals([window], [], ZoneInfo(zone), day, day)
    assert len(found) <= 1
    for opens, closes in found:
        assert timedelta() < closes - opens <= MINUTE * lasting + timedelta(hours=24)
        local = opens.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert local >= datetime.combine(day, datetime.min.time()) + MINUTE * start
