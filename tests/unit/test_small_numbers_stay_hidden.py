"""Reports: what points at a few people is hidden, and nothing that is shown gives it away."""

from hypothesis import given
from hypothesis import strategies as st

from scheduling.reports.hiding import SMALLEST, Column, Rate, shown_counts, shown_rates

counts = st.lists(st.one_of(st.just(0), st.integers(0, 12), st.integers(20, 60)), min_size=1, max_size=12)
rates = st.lists(
    st.integers(0, 30).flatmap(lambda whole: st.builds(Rate, st.integers(0, whole), st.just(whole))),
    min_size=1,
    max_size=12,
)


def shares(*pairs: tuple[int, int]) -> list[float | None]:
    months, _year = shown_rates([Rate(*one) for one in pairs])
    return [None if one.share is None else round(one.share) for one in months]


def test_enough_people_are_shown() -> None:
    months, year = shown_rates([Rate(10, 40), Rate(20, 60)])
    assert [(one.part, one.whole) for one in months] == [(10, 40), (20, 60)]
    assert (year.part, year.whole, year.share) == (30, 100, 30.0)


def test_nobody_is_nobody_and_may_be_said() -> None:
    assert shares((0, 20), (0, 0), (20, 20)) == [0, None, 100]


def test_a_few_hide_and_so_do_the_few_that_are_left() -> None:
    hidden, _ = shown_rates([Rate(3, 40), Rate(38, 40), Rate(20, 40)])
    assert [one.is_hidden for one in hidden] == [True, True, False]


def test_a_month_more_hides_when_the_sum_would_give_one_away() -> None:
    column = shown_counts([3, 40, 12], [3, 30, 9])
    assert column == Column((None, 40, None), 55)


def test_the_sum_goes_when_there_is_nothing_to_hide_behind() -> None:
    assert shown_counts([3], [3]) == Column((None,), None)
    assert shown_counts([3, 0], [3, 0]) == Column((None, 0), None)


def test_many_visits_of_a_few_people_are_few() -> None:
    assert shown_counts([16, 40, 50], [2, 30, 31]).cells[0] is None


def test_a_part_inside_another_hides_when_few_are_between() -> None:
    week, month = [Rate(20, 40), Rate(20, 40)], [Rate(22, 40), Rate(30, 40)]
    shown, _ = shown_rates(week, within=month)
    assert shown[0].is_hidden
    assert shown_rates([Rate(20, 40)], within=[Rate(22, 40)])[1].part is None


def could_be(column: Column) -> set[int]:
    """Every value that whoever knows the table, but not the people, must hold possible in a hidden month."""
    hidden = [n for n, one in enumerate(column.cells) if one is None]
    if column.total is None:
        return {0, 1, 2}
    behind = column.total - sum(one for one in column.cells if one is not None)
    others = len(hidden) - 1
    return {value for value in range(behind + 1) if others or value == behind}


@given(counts)
def test_nobody_finds_a_hidden_count_by_taking_away(values: list[int]) -> None:
    column = shown_counts(values, values)
    for n, one in enumerate(values):
        if 0 < one < SMALLEST:
            assert column.cells[n] is None
            assert len(could_be(column)) > 1


@given(rates)
def test_nobody_finds_a_hidden_part_or_what_is_left_of_its_whole(found: list[Rate]) -> None:
    months, year = shown_rates(found)
    parts = Column(tuple(one.part for one in months), year.part)
    for n, one in enumerate(found):
        if 0 < one.part < SMALLEST or 0 < one.rest < SMALLEST:
            assert months[n].is_hidden
            assert len(could_be(parts)) > 1


@given(rates)
def test_what_is_shown_is_true(found: list[Rate]) -> None:
    months, year = shown_rates(found)
    for one, shown in zip(found, months, strict=True):
        assert shown.part in {None, one.part}
        assert shown.whole in {None, one.whole}
    assert year.whole in {None, sum(one.whole for one in found)}


@given(rates)
def test_without_few_people_nothing_hides(found: list[Rate]) -> None:
    plenty = [Rate(10 + one.part, 20 + one.whole) for one in found]
    months, year = shown_rates(plenty)
    assert not any(one.is_hidden for one in [*months, year])
