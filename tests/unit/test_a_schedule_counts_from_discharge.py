"""When contacts are due: days from the day of discharge, whatever the calendar does meanwhile."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.aftercare.contact_schedule import ContactLine, read_lines, schedule_of
from scheduling.aftercare.template_rules import require_fit
from scheduling.aftercare.templates import shipped

FRIDAY = date(2026, 11, 27)
DEFAULT = read_lines(shipped()["lines"])
LINES = st.builds(
    ContactLine,
    kind=st.sampled_from(["call", "checkup", "check_in"]),
    first=st.integers(0, 400),
    last=st.integers(0, 800),
    every=st.sampled_from([0, 7, 14, 30]),
    window=st.integers(0, 6),
)


def days(kind: str, level: int = 0) -> list[int]:
    """How many days after discharge each of that kind is due."""
    found = schedule_of(DEFAULT, FRIDAY, level=level)
    return [(one.due_from - FRIDAY).days for one in found if one.kind == kind]


def test_the_default_is_what_the_house_promises() -> None:
    require_fit(shipped()["title"], DEFAULT)
    found = schedule_of(DEFAULT, FRIDAY)
    [call] = [one for one in found if one.kind == "call"]
    assert (call.due_from, call.due_by) == (date(2026, 11, 28), date(2026, 11, 30)), "days 1 to 3"
    by = [(one.due_by - FRIDAY).days for one in found if one.kind == "follow_up"]
    assert by == [7, 30]
    checkups = days("checkup")
    assert sum(day <= 56 for day in checkups) == 8, "weekly for eight weeks"
    assert sum(56 < day <= 364 for day in checkups) == 22, "twice a month to the end of the first year"
    assert sum(364 < day <= 548 for day in checkups) == 6, "monthly to month 18"
    assert max(one.due_by for one in found if one.kind == "checkup") == FRIDAY + timedelta(days=730)
    assert len(days("check_in")) == 104


def test_csbd_is_asked_at_nought_six_and_twelve_months() -> None:
    found = [one for one in schedule_of(DEFAULT, FRIDAY) if one.code == "csbd-19"]
    assert [(one.due_from - FRIDAY).days for one in found] == [0, 182, 364]


def test_only_chosen_measures_are_asked() -> None:
    found = schedule_of(DEFAULT, FRIDAY, codes={"phq-9"})
    assert {one.code for one in found if one.kind == "measure"} == {"phq-9"}


def test_what_is_over_before_somebody_is_admitted_late_is_left_out() -> None:
    found = schedule_of(DEFAULT, FRIDAY, today=FRIDAY + timedelta(days=10))
    assert not [one for one in found if one.kind == "call"]
    assert min(one.due_by for one in found) >= FRIDAY + timedelta(days=10)


def test_stepping_up_puts_a_call_between_any_two_contacts_and_takes_none_away() -> None:
    assert days("checkup", 1) == days("checkup")
    assert [day for day in days("call", 1) if 1 < day <= 53] == [4, 11, 18, 25, 32, 39, 46, 53]


def test_stepping_down_leaves_out_every_second_one_and_asks_no_less() -> None:
    assert days("checkup", -1)[:4] == [1, 15, 29, 43]
    assert days("check_in", -1) == days("check_in")
    assert days("follow_up", -1) == days("follow_up")


@given(
    st.lists(LINES, min_size=1, max_size=4), st.integers(-1, 1), st.dates(date(2026, 1, 1), date(2030, 1, 1))
)
def test_no_contact_is_promised_twice_and_all_in_order(
    lines: list[ContactLine], level: int, starts_on: date
) -> None:
    found = schedule_of(lines, starts_on, level=level)
    assert len({one.key for one in found}) == len(found)
    assert [one.due_from for one in found] == sorted(one.due_from for one in found)
    assert all(starts_on <= one.due_from <= one.due_by for one in found)


@given(st.lists(LINES, min_size=1, max_size=4), st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_each_level_asks_for_at_least_as_much_as_the_one_below(
    lines: list[ContactLine], starts_on: date
) -> None:
    down, usual, up = ({one.key for one in schedule_of(lines, starts_on, level=n)} for n in (-1, 0, 1))
    assert down <= usual <= up
