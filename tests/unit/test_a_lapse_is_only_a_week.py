"""Weeks kept: no week is lost before it is over, one dark week ends nothing, and nothing is taken away."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.kept_weeks import kept_weeks

FRIDAY = date(2026, 11, 27)
days = st.lists(st.dates(FRIDAY - timedelta(days=400), FRIDAY), max_size=40)


def fridays_ago(*weeks: int) -> list[date]:
    return [FRIDAY - timedelta(weeks=one) for one in weeks]


def test_who_has_just_begun_sees_no_dark_weeks_before() -> None:
    begun = kept_weeks(fridays_ago(0, 1), FRIDAY)
    assert begun.lit == (True, True)
    assert begun.in_a_row == 2


def test_the_week_that_runs_is_not_missed_yet() -> None:
    waiting = kept_weeks(fridays_ago(1, 2, 3), FRIDAY)
    assert waiting.lit == (True, True, True)
    assert waiting.in_a_row == 3


def test_one_dark_week_ends_nothing() -> None:
    back = kept_weeks(fridays_ago(0, 2, 3), FRIDAY)
    assert back.lit == (True, True, False, True)
    assert (back.kept, back.in_a_row) == (3, 3)


def test_two_dark_weeks_together_begin_a_new_row() -> None:
    assert kept_weeks(fridays_ago(0, 3, 4), FRIDAY).in_a_row == 1


def test_nothing_is_shown_of_nothing() -> None:
    assert kept_weeks([], FRIDAY).lit == ()


@given(days, st.integers(1, 30))
def test_the_window_is_no_longer_than_asked_and_holds_the_row(found: list[date], weeks: int) -> None:
    kept = kept_weeks(found, FRIDAY, weeks)
    assert kept.shown <= weeks
    assert kept.kept <= kept.shown


@given(days, st.dates(FRIDAY - timedelta(days=400), FRIDAY))
def test_one_more_meeting_never_makes_it_less(found: list[date], more: date) -> None:
    before, after = kept_weeks(found, FRIDAY, 60), kept_weeks([*found, more], FRIDAY, 60)
    assert after.kept >= before.kept
    assert after.in_a_row >= before.in_a_row


@given(days)
def test_the_day_of_the_week_does_not_matter(found: list[date]) -> None:
    mondays = [day - timedelta(days=day.weekday()) for day in found]
    assert kept_weeks(mondays, FRIDAY) == kept_weeks(found, FRIDAY)
