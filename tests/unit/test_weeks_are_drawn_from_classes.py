"""Entries of a week are placed by hour, quarter, length and lane, whatever the zone and the night."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from web.week_grid import Entry, Placed, Week, monday_of, week_of

ANGELES = ZoneInfo("America/Los_Angeles")
MONDAY = date(2026, 11, 23)
CSS = Path(__file__).parents[2] / "web/static/css/staff.css"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ANGELES)


def entry(starts_at: datetime, minutes: int, kind: str = "") -> Entry:
    return Entry(starts_at, starts_at + timedelta(minutes=minutes), "J.R.", kind)


def placed(week: Week) -> list[Placed]:
    return [part for column in week.columns for part in column.placed]


def test_fifty_minutes_at_a_quarter_past() -> None:
    [one] = placed(week_of([entry(at(23, 11, 15), 50)], MONDAY, ANGELES))
    assert one.classes == "h11 d3 q1"


def test_what_crosses_midnight_is_drawn_on_both_days() -> None:
    week = week_of([entry(at(23, 23), 120)], MONDAY, ANGELES)
    assert [part.classes for part in placed(week)] == ["h23 d4", "h0 d4"]
    assert [part.is_rest for part in placed(week)] == [False, True]
    assert (week.from_hour, week.until_hour) == (0, 24)


def test_overlapping_entries_stand_side_by_side() -> None:
    three = [entry(at(23, 9), 60), entry(at(23, 9, 30), 60), entry(at(23, 10, 30), 30)]
    week = week_of(three, MONDAY, ANGELES)
    assert [part.classes for part in placed(week)] == ["h9 d4 lane1of2", "h9 d4 q2 lane2of2", "h10 d2 q2"]


def test_what_is_busy_elsewhere_stands_beside_what_is_booked_over_it() -> None:
    elsewhere = replace(entry(at(23, 9), 120, "off"), beside=True)
    week = week_of([elsewhere, entry(at(23, 9), 60)], MONDAY, ANGELES)
    assert [part.classes for part in placed(week)] == ["h9 d8 lane1of2", "h9 d4 lane2of2"]
    [alone] = placed(week_of([elsewhere], MONDAY, ANGELES))
    assert alone.classes == "h9 d8"


def test_a_quiet_weekend_is_left_out_and_a_day_off_does_not_bring_it_back() -> None:
    assert len(week_of([entry(at(28, 0), 1440, "off")], MONDAY, ANGELES).columns) == 5
    assert len(week_of([entry(at(28, 10), 50)], MONDAY, ANGELES).columns) == 6
    assert len(week_of([entry(at(29, 10), 50)], MONDAY, ANGELES).columns) == 6


def test_hatched_time_is_cut_to_the_hours_that_are_drawn() -> None:
    [one] = placed(week_of([entry(at(26, 0), 1440, "off")], MONDAY, ANGELES))
    assert one.classes == "h8 d40"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 20 * 1440),
            st.integers(5, 24 * 60),
            st.sampled_from(["", "off", "group"]),
        ),
        max_size=12,
    ),
    st.sampled_from(["America/New_York", "Asia/Kathmandu", "Pacific/Apia", "UTC"]),
)
def test_every_part_stays_on_its_day(found: list[tuple[int, int, str]], zone: str) -> None:
    march = datetime(2026, 3, 1, tzinfo=UTC)
    entries = [entry(march + timedelta(minutes=since), length, kind) for since, length, kind in found]
    week = week_of(entries, monday_of(date(2026, 3, 10)), ZoneInfo(zone))
    for part in placed(week):
        assert week.from_hour * 4 <= part.quarter
        assert part.quarter + part.length <= week.until_hour * 4
        assert 1 <= part.lane <= part.lanes <= 3


def test_the_style_sheet_knows_every_class() -> None:
    css = CSS.read_text()
    wanted = [f".h{n} {{" for n in range(24)] + [f".f{n} {{" for n in range(24)]
    wanted += [f".d{n} {{" for n in range(1, 97)]
    wanted += [f".lane{lane}of{lanes} {{" for lanes in (2, 3) for lane in range(1, lanes + 1)]
    assert [name for name in wanted if name not in css] == []
