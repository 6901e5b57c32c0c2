"""Until when a freed time is kept for somebody: not into the night, and never past the notice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.offer_times import offer_until

CHICAGO = ZoneInfo("America/Chicago")
FAR = datetime(2027, 6, 1, tzinfo=UTC)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("asked", "ends"),
    [
        (local(23, 9), local(23, 9, 30)),
        (local(23, 21, 29), local(23, 21, 59)),
        (local(23, 21, 30), local(24, 8, 30)),
        (local(24, 2), local(24, 8, 30)),
        (local(24, 7, 29), local(24, 8, 30)),
        (local(24, 7, 30), local(24, 8)),
    ],
)
def test_it_lasts_until_the_morning(asked: datetime, ends: datetime) -> None:
    assert offer_until(asked.astimezone(UTC), CHICAGO, 30, FAR) == ends


def test_it_never_outlasts_the_notice() -> None:
    latest = local(24, 6).astimezone(UTC)
    assert offer_until(local(23, 23).astimezone(UTC), CHICAGO, 30, latest) == latest


def test_the_night_in_which_the_clocks_change_is_no_shorter() -> None:
    """On 8 March 2026 the clocks go forward at two; eight is eight."""
    asked = datetime(2026, 3, 7, 23, 0, tzinfo=CHICAGO).astimezone(UTC)
    ends = datetime(2026, 3, 8, 9, 0, tzinfo=CHICAGO)
    assert offer_until(asked, CHICAGO, 60, FAR) == ends
    assert offer_until(asked, CHICAGO, 60, FAR).tzinfo == UTC
    assert ends.astimezone(UTC) - asked == timedelta(hours=9)
