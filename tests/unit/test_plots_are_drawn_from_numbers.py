"""A plot says what its table says: marks in their box, in order of time, no number over another."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from web.plots import BOTTOM, LEFT, RIGHT, TOP, Series, draw

FIRST = datetime(2026, 10, 5, 19, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")
PHQ_TICKS = [0, 5, 10, 15, 20, 27]


def weekly(name: str, *values: int) -> Series:
    return Series(name, [(FIRST + timedelta(weeks=week), value) for week, value in enumerate(values)])


def test_one_number_needs_no_drawing() -> None:
    assert draw([weekly("PHQ-9", 12)], PHQ_TICKS, CHICAGO) is None
    assert draw([weekly("PHQ-9")], PHQ_TICKS, CHICAGO) is None


def test_it_is_told_in_words_too() -> None:
    plot = draw([weekly("Pull", 7, 8, 3), weekly("Mood", 6, 6, 6)], [0, 2, 4, 6, 8, 10], CHICAGO)
    assert plot is not None
    assert plot.told == "Pull: from 7 to 3, between 3 and 8. Mood: from 6 to 6."
    assert [label for _x, label, _anchor in plot.dates] == ["5 Oct", "19 Oct"]


def test_years_are_named_once_there_are_two() -> None:
    long = Series("PHQ-9", [(FIRST, 9), (FIRST + timedelta(days=365), 4)])
    plot = draw([long], PHQ_TICKS, CHICAGO)
    assert plot is not None
    assert [label for _x, label, _anchor in plot.dates] == ["5 Oct 2026", "5 Oct 2027"]


@given(st.lists(st.integers(0, 27), min_size=2, max_size=30), st.integers(0, 27))
def test_marks_stay_in_the_box_and_names_apart(values: list[int], other: int) -> None:
    plot = draw([weekly("One", *values), weekly("Other", *[other] * len(values))], PHQ_TICKS, CHICAGO)
    assert plot is not None
    for curve in plot.curves:
        assert all(LEFT <= x <= RIGHT and TOP <= y <= BOTTOM for x, y in curve.marks)
        assert [x for x, _y in curve.marks] == sorted(x for x, _y in curve.marks)
    one, two = (curve.name_y for curve in plot.curves)
    assert abs(one - two) >= 13.9
    heights = sorted(y for y, _label in plot.ticks)
    assert all(below - above >= 11 for above, below in pairwise(heights))
    assert [curve.name for curve in plot.curves] == ["One", "Other"]
