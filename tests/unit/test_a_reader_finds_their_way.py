"""Small things that every page says: names in a row, the change of one date, and where one is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.meeting_records import Meeting
from scheduling.occurrences import Occurrence
from web.navigation import MEMBERS, STAFF, closest
from web.timetable import change_words, spoken_names

CHICAGO = ZoneInfo("America/Chicago")
SEVEN_PM = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
FRIDAY = Meeting(timezone="America/Los_Angeles", weekday=4, minute_of_day=19 * 60, minutes=90)
USUAL = Occurrence(
    meeting_id="m",
    slug="friday-group",
    title="Friday group",
    summary="",
    date=date(2026, 11, 27),
    starts_at=SEVEN_PM,
    ends_at=SEVEN_PM + timedelta(minutes=90),
    timezone="America/Los_Angeles",
    moved=False,
    cancelled=False,
    note="",
)


def moved(by: timedelta) -> Occurrence:
    return replace(USUAL, moved=True, starts_at=USUAL.starts_at + by, ends_at=USUAL.ends_at + by)


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["Dana"], "Dana"), (["Dana", "Teo"], "Dana and Teo"), (["A", "B", "C"], "A, B and C")],
)
def test_names_in_a_row(names: list[str], said: str) -> None:
    assert spoken_names(names) == said


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (timedelta(minutes=30), "30 minutes later, this week only"),
        (timedelta(minutes=-60), "One hour earlier, this week only"),
        (timedelta(hours=2), "2 hours later, this week only"),
        (timedelta(days=1), "Moved from Friday 27 November, 9:00 pm"),
    ],
)
def test_a_moved_date_says_by_how_much(by: timedelta, said: str) -> None:
    assert change_words(moved(by), FRIDAY, CHICAGO) == said


def test_a_usual_or_cancelled_date_says_nothing_of_moving() -> None:
    assert change_words(USUAL, FRIDAY, CHICAGO) == ""
    assert change_words(replace(USUAL, cancelled=True), FRIDAY, CHICAGO) == ""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/", "Home"),
        ("/meetings", "Meetings"),
        ("/meetings/friday-group/live", "Meetings"),
        ("/book/follow-up", "Calendar"),
        ("/account/calendars", "Account"),
        ("/bookmarks", None),
        ("/help", None),
    ],
)
def test_a_member_sees_where_they_are(path: str, place: str | None) -> None:
    found = closest(MEMBERS, path)
    assert (found.text if found else None) == place


def test_staff_see_where_they_are() -> None:
    assert [
        getattr(closest(STAFF, path), "text", None) for path in ("/staff/", "/staff/people", "/staff/live/x")
    ] == [
        "Week",
        "People",
        "Room",
    ]
