"""A person never meets the limit; a program that sends without pause does, and recovers by waiting."""

from datetime import datetime, timedelta

from realtime.pace import BURST, PER_SECOND, Pace


def test_a_burst_is_fine_and_then_it_is_enough(now: datetime) -> None:
    pace = Pace()
    assert all(pace.allows(now) for _ in range(BURST))
    assert not pace.allows(now)


def test_a_second_brings_a_few_more_and_a_minute_no_more_than_a_burst(now: datetime) -> None:
    pace = Pace()
    for _ in range(BURST + 5):
        pace.allows(now)
    soon, much_later = now + timedelta(seconds=1), now + timedelta(minutes=1)
    assert sum(pace.allows(soon) for _ in range(BURST)) == PER_SECOND
    assert sum(pace.allows(much_later) for _ in range(2 * BURST)) == BURST


def test_a_clock_set_back_takes_nothing_away(now: datetime) -> None:
    pace = Pace()
    assert pace.allows(now)
    assert pace.allows(now - timedelta(hours=1))
