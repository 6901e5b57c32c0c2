"""Hours as they were typed become hours that can be saved, and back."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from scheduling.availability import Override, Window
from scheduling.hours import Hours
from web.hours_draft import DateRow, HoursDraft, RangeRow, draft_from, draft_of
from web.hours_reading import read_hours

TODAY = date(2026, 11, 27)
ZONE = "America/New_York"


def draft(*rows: RangeRow, dates: tuple[DateRow, ...] = ()) -> HoursDraft:
    found = HoursDraft(ZONE)
    found.weekdays[0] = list(rows)
    found.dates = list(dates)
    return found


def test_times_are_understood_on_both_clocks() -> None:
    hours = read_hours(draft(RangeRow("9:30 am", "5:00 PM")), today=TODAY)
    assert hours and hours.windows == (Window(0, 570, 1020),)


def test_a_range_past_midnight_says_where_it_ends() -> None:
    row = RangeRow("20:00", "01:00", next_day=True)
    hours = read_hours(draft(row), today=TODAY)
    assert hours and hours.windows == (Window(0, 1200, 1500),)
    assert row.said == "Ends at 1:00 am on Tuesday."


def test_a_whole_day_is_the_most() -> None:
    assert read_hours(draft(RangeRow("00:00", "00:00", next_day=True)), today=TODAY)
    too_long = RangeRow("08:00", "09:00", next_day=True)
    assert read_hours(draft(too_long), today=TODAY) is None
    assert too_long.error.startswith("That is longer than a whole day.")


def test_empty_rows_are_nothing() -> None:
    hours = read_hours(draft(RangeRow(), dates=(DateRow(),)), today=TODAY)
    assert hours and (hours.windows, hours.overrides) == ((), ())


def test_lines_about_the_same_date_are_one_override() -> None:
    lines = [
        DateRow("13:00", "15:00", date="2026-12-03", off=False),
        DateRow("09:00", "11:00", date="2026-12-03", off=False),
    ]
    hours = read_hours(draft(dates=tuple(lines)), today=TODAY)
    assert hours and hours.overrides == (Override(date(2026, 12, 3), ((540, 660), (780, 900))),)


def test_a_weekly_hour_may_be_one_that_is_skipped_once_a_year() -> None:
    found = HoursDraft(ZONE)
    found.weekdays[6] = [RangeRow("02:30", "04:00")]
    assert read_hours(found, today=TODAY)


RANGES = st.lists(st.integers(0, 95), min_size=0, max_size=6, unique=True).map(
    lambda cuts: [
        (start * 15, end * 15) for start, end in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)
    ]
)


@given(st.lists(RANGES, min_size=7, max_size=7), st.dictionaries(st.dates(TODAY, date(2027, 12, 31)), RANGES))
def test_saved_hours_come_back_from_their_own_form(
    weekly: list[list[tuple[int, int]]], dates: dict[date, list[tuple[int, int]]]
) -> None:
    windows = tuple(Window(day, *span) for day, spans in enumerate(weekly) for span in spans)
    overrides = tuple(Override(day, tuple(spans)) for day, spans in sorted(dates.items()))
    hours = Hours("UTC", windows, overrides, 3)
    assert read_hours(draft_from(_as_sent(draft_of(hours, TODAY))), today=TODAY) == hours


def _as_sent(found: HoursDraft) -> MultiDict[str, str]:
    pairs = [("timezone", found.timezone), ("revision", found.revision)]
    for day, rows in enumerate(found.weekdays):
        for number, row in enumerate(rows):
            pairs += [(f"from-{day}", row.start), (f"until-{day}", row.until)]
            pairs += [(f"next-{day}", str(number))] if row.next_day else []
    for number, line in enumerate(found.dates):
        pairs += [("date", line.date), ("what", "off" if line.off else "hours")]
        pairs += [("date-from", line.start), ("date-until", line.until)]
        pairs += [("date-next", str(number))] if line.next_day else []
    return MultiDict(pairs)
