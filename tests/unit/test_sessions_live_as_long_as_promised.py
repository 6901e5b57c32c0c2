"""Idle and absolute lifetimes (spec R3)."""

from datetime import UTC, datetime, timedelta

import pytest

from auth.lifetimes import lifetime

OPENED = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("staff", "shared", "seen_after", "ends_after"),
    [
        (True, False, timedelta(), HOUR),
        (True, False, 5 * HOUR, 6 * HOUR),
        (True, False, 23.5 * HOUR, DAY),
        (False, False, timedelta(), 30 * DAY),
        (False, False, 29 * DAY, 30 * DAY),
        (False, True, timedelta(), 15 * MINUTE),
        (True, True, HOUR, 75 * MINUTE),
        (False, True, 24 * HOUR - MINUTE, DAY),
    ],
)
def test_R3_the_nearer_limit_ends_it(
    staff: bool, shared: bool, seen_after: timedelta, ends_after: timedelta
) -> None:
    allowed = lifetime(staff=staff, shared=shared)
    assert allowed.ends_at(OPENED, OPENED + seen_after) == OPENED + ends_after
