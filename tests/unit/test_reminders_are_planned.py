"""Three days, one day and one hour before; what is past already is not caught up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.reminders import plan

STARTS = datetime(2027, 3, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days_before", "minutes"), [(7, [4320, 1440, 60]), (2, [1440, 60]), (0.5, [60]), (0.01, []), (-1, [])]
)
def test_only_what_is_still_ahead_is_planned(days_before: float, minutes: list[int]) -> None:
    planned = plan(STARTS, STARTS - timedelta(days=days_before))
    assert [reminder.minutes for reminder in planned] == minutes


@given(st.integers(-10_000, 10_000))
def test_every_reminder_is_after_now_and_before_the_start(minutes_before: int) -> None:
    now = STARTS - timedelta(minutes=minutes_before)
    assert all(now < reminder.due_at < STARTS for reminder in plan(STARTS, now))
