"""One count of a plan's weeks, for the member's page and the team's list alike."""

from datetime import date, timedelta

import pytest

from scheduling.aftercare.plans import week_of_plan

BEGAN = date(2026, 9, 8)


@pytest.mark.parametrize(("days", "week"), [(0, 1), (6, 1), (7, 2), (76, 11), (77, 12)])
def test_the_first_seven_days_are_the_first_week(days: int, week: int) -> None:
    assert week_of_plan(BEGAN, BEGAN + timedelta(days=days)) == week


def test_before_it_begins_a_plan_is_in_its_first_week() -> None:
    assert week_of_plan(BEGAN, BEGAN - timedelta(days=3)) == 1
