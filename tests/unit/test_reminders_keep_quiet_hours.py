"""Nothing in the hours that somebody keeps for the night: earlier instead, and never after the start."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from scheduling.reminder_quiet import AHEAD, QuietHours, kept_quiet
from scheduling.reminders import plan
from tests.unit.test_weekly_meetings_keep_local_time import ZONES

CHICAGO = ZoneInfo("America/Chicago")
NIGHT = QuietHours(22 * 60, 7 * 60, CHICAGO)
MINUTES = st.integers(0, 24 * 60 - 1)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=CHICAGO).astimezone(UTC)


def test_the_reminder_of_an_early_hour_comes_the_evening_before() -> None:
    early = local(3, 7, 30)
    moments = [one.due_at for one in plan(early, local(1, 12), NIGHT)]
    assert moments == [local(2, 7, 30), local(2, 21, 45)]


def test_a_late_hour_is_reminded_of_a_day_before_and_still_by_evening() -> None:
    late = local(3, 23)
    moments = [one.due_at for one in plan(late, local(1, 12), NIGHT)]
    assert moments == [local(2, 21, 45), local(3, 21, 45)]


def test_booked_in_the_night_for_the_morning_it_comes_when_the_night_is_over_or_not_at_all() -> None:
    booked = local(2, 23)
    assert [one.due_at for one in plan(local(3, 7, 45), booked, NIGHT)] == [local(3, 7)]
    assert plan(local(3, 6, 30), booked, NIGHT) == []


def test_quiet_hours_in_the_middle_of_a_day_end_the_same_day() -> None:
    noon = QuietHours(12 * 60, 14 * 60, CHICAGO)
    assert kept_quiet(local(3, 13), local(3, 15), local(1, 9), noon) == local(3, 12) - AHEAD
    assert kept_quiet(local(3, 14), local(3, 15), local(1, 9), noon) == local(3, 14)


def test_the_same_minute_twice_is_never_quiet() -> None:
    assert not QuietHours(0, 0, CHICAGO).cover(local(3, 3))


@given(zone=st.sampled_from(ZONES), start=MINUTES, length=st.integers(0, 16 * 60), ahead=st.integers(1, 9000),
       at=st.integers(0, 525_600))  # fmt: skip
def test_no_reminder_is_late_or_in_quiet_hours(
    zone: str, start: int, length: int, ahead: int, at: int
) -> None:
    quiet = QuietHours(start, (start + length) % (24 * 60), ZoneInfo(zone))
    starts_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=at)
    now = starts_at - timedelta(minutes=ahead)
    planned = [one.due_at for one in plan(starts_at, now, quiet)]
    assert all(now < due_at < starts_at and not quiet.cover(due_at) for due_at in planned)
    assert sorted(set(planned)) == planned
