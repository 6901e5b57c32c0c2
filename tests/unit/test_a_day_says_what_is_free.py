"""What is worked, what is shut and what is left free, whatever the zone and the night."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.availability import Override, Window
from scheduling.hours import Hours
from web.week_entries import Look, free_gaps
from web.week_grid import Entry, day_of, week_of
from web.week_hours import days_off, shut_hours, working_time

ANGELES = ZoneInfo("America/Los_Angeles")
NINE_TO_FIVE = tuple(Window(day, 540, 1020) for day in range(5))


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ANGELES)


def a_day(day: int, month: int = 12) -> tuple[datetime, datetime]:
    return at(day, 0, month=month), at(day, 0, month=month) + timedelta(days=1)


def taken(start: datetime, minutes: int, kind: str = "") -> Entry:
    return Entry(start, start + timedelta(minutes=minutes), "J.R.", kind)


def gaps(entries: list[Entry], now: datetime = datetime(2026, 11, 1, tzinfo=UTC)) -> list[tuple[str, str]]:
    worked = working_time(Hours(ANGELES.key, NINE_TO_FIVE), a_day(1))
    found = free_gaps(entries, worked, Look(ANGELES, now, names=False))
    return [
        (f"{start.astimezone(ANGELES):%H:%M}", f"{end.astimezone(ANGELES):%H:%M}") for start, end in found
    ]


def test_what_is_taken_leaves_gaps() -> None:
    assert gaps([]) == [("09:00", "17:00")]
    assert gaps([taken(at(1, 10), 50), taken(at(1, 13), 60, "block")]) == [
        ("09:00", "10:00"),
        ("10:50", "13:00"),
        ("14:00", "17:00"),
    ]


def test_what_overlaps_or_reaches_over_the_edge_leaves_no_more_than_there_is() -> None:
    assert gaps([taken(at(1, 8), 120), taken(at(1, 9, 30), 60), taken(at(1, 16, 30), 90)]) == [
        ("10:30", "16:30")
    ]
    assert gaps([taken(at(1, 0), 1440, "off")]) == []
    assert gaps([taken(at(1, 9, 10), 460)]) == [], "ten minutes are no time for anybody"


def test_the_past_is_not_free_and_shading_takes_nothing() -> None:
    assert gaps([], now=at(1, 12)) == [("12:00", "17:00")]
    shading = list(shut_hours(Hours(ANGELES.key, NINE_TO_FIVE), a_day(1)))
    assert gaps(shading) == [("09:00", "17:00")]


def test_the_hours_that_are_not_worked_are_the_rest_of_the_day() -> None:
    hours = Hours(ANGELES.key, NINE_TO_FIVE)
    shut = [(one.starts_at, one.ends_at) for one in shut_hours(hours, a_day(1))]
    assert shut == [(at(1, 0), at(1, 9)), (at(1, 17), at(2, 0))]
    assert [(one.starts_at, one.ends_at) for one in shut_hours(hours, a_day(5))] == [a_day(5)]
    assert list(shut_hours(Hours(ANGELES.key), a_day(1))) == []


def test_the_night_the_clocks_go_back_is_an_hour_longer() -> None:
    span = at(1, 0, month=11), at(2, 0, month=11)
    [shut] = shut_hours(Hours(ANGELES.key, NINE_TO_FIVE), span)
    assert shut.ends_at.astimezone(UTC) - shut.starts_at.astimezone(UTC) == timedelta(hours=25)


def test_a_window_past_midnight_is_worked_on_both_days() -> None:
    hours = Hours(ANGELES.key, (Window(1, 22 * 60, 25 * 60),))
    assert working_time(hours, a_day(1)) == [(at(1, 22), at(2, 0))]
    assert working_time(hours, a_day(2)) == [(at(2, 0), at(2, 1))]


def test_a_date_that_differs_is_told_in_words() -> None:
    hours = Hours(ANGELES.key, NINE_TO_FIVE, (Override(date(2026, 12, 1), ((600, 720),)),))
    assert [one.title for one in days_off(hours, a_day(1))] == ["Off until 10:00 am", "Off from 12:00 pm"]


def test_a_day_alone_is_drawn_whatever_weekday_it_is() -> None:
    sunday = date(2026, 12, 6)
    assert [column.date for column in day_of([], sunday, ANGELES).columns] == [sunday]
    assert len(week_of([], date(2026, 11, 30), ANGELES).columns) == 5


def test_shading_has_no_words() -> None:
    entries = [taken(at(1, 0), 540, "shut"), taken(at(1, 10), 50), taken(at(1, 12), 60, "off")]
    [column] = day_of(entries, date(2026, 12, 1), ANGELES).columns
    assert (len(column.placed), len(column.said)) == (3, 2)
    assert all(part.lanes == 1 for part in column.placed)
