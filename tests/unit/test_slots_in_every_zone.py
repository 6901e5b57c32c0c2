"""The sweep against an oracle that looks at every minute: all zones, the days of their changes, any hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.availability import Override, Window, open_intervals
from scheduling.slots import cut_slots
from tests import slot_oracle
from tests.slot_oracle import Plan, Wanted

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ZONES = sorted(available_timezones())
YEARS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
SEEDS = st.integers(0, 2**32)


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=2, deadline=None)
@given(SEEDS)
def test_slots_are_what_every_single_minute_says(zone: str, seed: int) -> None:
    """On each day from 2026 to 2028 on which this zone's clocks change, and on any other until 2045."""
    chance = Random(f"{zone} {seed}")
    some_day = date(2020, 1, 5) + DAY * chance.randrange(9400)
    for day in [*days_of_change(zone), some_day]:
        compare(chance, zone, day)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), SEEDS, st.dates(date(2020, 1, 5), date(2045, 12, 20)))
def test_slots_are_the_same_on_any_day(zone: str, seed: int, day: date) -> None:
    compare(Random(seed), zone, day)


def test_the_stories_above_are_about_something() -> None:
    chance = Random("full")
    found = [compare(chance, "Europe/Dublin", day) for day in days_of_change("Europe/Dublin") * 5]
    assert sum(map(bool, found)) > len(found) // 2


def test_the_days_of_change_are_found() -> None:
    assert days_of_change("America/New_York")[:2] == [date(2026, 3, 8), date(2026, 11, 1)]
    assert days_of_change("Asia/Kolkata") == []
    assert sum(bool(days_of_change(zone)) for zone in ZONES) > 100


def compare(chance: Random, zone: str, day: date) -> list[datetime]:
    """Random hours, overrides, busy rows and a random service around that day: what both found."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    plan, rows, wanted = some_plan(chance, zone, day), some_rows(chance, noon), some_wish(chance, noon)
    found = swept(plan, rows, wanted, day - DAY, day + DAY)
    assert found == slot_oracle.slots(plan, rows, wanted, day - DAY, day + DAY), (plan, rows, wanted)
    return found


def some_plan(chance: Random, zone: str, day: date) -> Plan:
    weekly = ((weekday, *one) for weekday in range(7) for one in some_ranges(chance))
    special = chance.sample(range(-2, 3), chance.randrange(3))
    return Plan(
        zone, tuple(weekly), tuple((day + DAY * shift, tuple(some_ranges(chance))) for shift in special)
    )


def some_ranges(chance: Random) -> list[tuple[int, int]]:
    """Up to three on one day, as saving hours allows: apart, and the last may run past midnight."""
    edges = sorted({some_edge(chance) for _ in range(chance.choice([0, 2, 2, 4, 4, 6]))})
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return [
        (start, end) for start, end in pairs if start < slot_oracle.DAY and end - start <= slot_oracle.DAY
    ]


def some_edge(chance: Random) -> int:
    """Half of them early in the morning, when clocks change; some on no round minute at all."""
    minute = chance.choice([chance.randrange(240), chance.randrange(2880), chance.randrange(1440, 1680)])
    return minute - minute % chance.choice([60, 30, 1])


def some_rows(chance: Random, noon: datetime) -> list[tuple[datetime, datetime]]:
    """Busy times, some of them empty, some overlapping, not all on whole minutes."""
    starts = [
        noon + timedelta(seconds=chance.randrange(-200_000, 200_000)) for _ in range(chance.randrange(9))
    ]
    whole = [at.replace(second=chance.choice([0, 0, 0, 1, 59])) for at in starts]
    return [(at, at + MINUTE * chance.choice([0, 30, 60, chance.randrange(300)])) for at in whole]


def some_wish(chance: Random, noon: datetime) -> Wanted:
    length = chance.choice([15, 50, 60, chance.randrange(1, 240)])
    gap, step = (
        chance.choice([0, 10, chance.randrange(90)]),
        chance.choice([15, 30, chance.randrange(1, 240)]),
    )
    earliest = noon + timedelta(seconds=chance.randrange(-260_000, 40_000))
    return Wanted(length, gap, step, earliest, noon + timedelta(seconds=chance.randrange(40_000, 260_000)))


def swept(
    plan: Plan, busy: list[tuple[datetime, datetime]], wanted: Wanted, first: date, last: date
) -> list[datetime]:
    """What the house itself finds."""
    free = open_intervals(
        [Window(*one) for one in plan.weekly],
        [Override(day, ranges) for day, ranges in plan.dates],
        ZoneInfo(plan.zone),
        first,
        last,
    )
    found = cut_slots(
        free,
        busy,
        length=MINUTE * wanted.length,
        gap=MINUTE * wanted.gap,
        step=MINUTE * wanted.step,
        earliest=wanted.earliest,
        latest=wanted.latest,
    )
    assert all(ends - begins == MINUTE * wanted.length for begins, ends in found)
    return [begins for begins, _ends in found]


@cache
def days_of_change(zone: str) -> list[date]:
    """The UTC dates on which the clocks change, found by asking for the offset again and again."""
    there = ZoneInfo(zone)
    changing = (day for day in _days() if _offset(day, there) != _offset(day + DAY, there))
    return [_change_within(day, there).date() for day in changing]


def _change_within(day: datetime, there: ZoneInfo) -> datetime:
    return next(day + HOUR * n for n in range(25) if _offset(day + HOUR * n, there) != _offset(day, there))


def _days() -> Iterator[datetime]:
    day = YEARS[0]
    while day < YEARS[1]:
        yield day
        day += DAY


def _offset(at: datetime, there: ZoneInfo) -> timedelta | None:
    return at.astimezone(there).utcoffset()
