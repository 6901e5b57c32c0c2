"""Finding a meeting now: our own feed for finders, and other programs' meetings beside ours."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest
from flask import Flask

from auth.people import Person
from foundation.database import Database
from scheduling.calendars.importing.parsing import FETCHED, parse
from scheduling.calendars.importing.refusals import CalendarRefused
from scheduling.meeting_guide.reading import read_meetings
from scheduling.meeting_guide.sources import add_directory, keep_meetings
from scheduling.meeting_records import MeetingAudience
from scheduling.meetings import add_meeting
from tests.builders.people import a_coordinator, a_member
from tests.clinic import NOW
from tests.pages import Page, Visit, read_page

LATE = {
    "name": "Night owls", "slug": "owls", "day": 5, "time": "16:30", "end_time": "17:30",
    "timezone": "America/New_York", "types": ["O", "S", "C"], "notes": "<script>alert(1)</script> Come in",
    "conference_url": "https://call.example.org/owls",
}  # fmt: skip
CHURCH = {
    "name": "Noon", "slug": "noon", "day": [5, 6], "time": "12:30", "timezone": "America/Los_Angeles",
    "types": ["W"], "location": "St. Anne", "formatted_address": "12 Elm St, Los Angeles, CA 90001, USA",
}  # fmt: skip
OTHERS = [LATE, CHURCH]


@pytest.fixture
def cora(database: Database) -> Person:
    with database.write() as session:
        return a_coordinator(session)


@pytest.fixture
def visit(app: Flask, database: Database, cora: Person) -> Visit:
    read = read_meetings(json.dumps(OTHERS).encode()).as_json()
    with database.write() as session:
        source = add_directory(
            session,
            name="Elm Street",
            address="https://lists.example.org/m.json",
            program="na",
            by=cora.id,
            now=NOW,
        )
        source.fresh_at = NOW - timedelta(hours=3)
        keep_meetings(session, source, read["rows"], read["skipped"])
    return Visit(app.test_client())


def a_meeting(database: Database, **more: Any) -> None:
    fields: dict[str, Any] = {
        "slug": "friday",
        "title": "Friday circle",
        "weekday": 4,
        "summary": "Bring tea.",
    }
    fields |= {"minute_of_day": 23 * 60, "minutes": 90, "audience": MeetingAudience.OPEN.value}
    first = datetime(2026, 11, 6, tzinfo=UTC).date()
    with database.write() as session:
        add_meeting(session, timezone="America/Los_Angeles", first_date=first, now=NOW, **{**fields, **more})


def test_our_feed_is_in_the_format_and_names_open_meetings_only(app: Flask, database: Database) -> None:
    a_meeting(database, types=["ours:M"], call_url="https://call.example.org/secret")
    a_meeting(database, slug="closed", title="Members", audience=MeetingAudience.MEMBERS.value)
    a_meeting(database, slug="over", title="Over", until_date=datetime(2026, 11, 20, tzinfo=UTC).date())
    answer = app.test_client().get("/meetings.json")
    assert answer.content_type == "application/json; charset=utf-8"
    [one] = answer.get_json()
    assert one == {
        "name": "Friday circle", "slug": "friday", "day": 5, "time": "23:00", "end_time": "00:30",
        "timezone": "America/Los_Angeles", "formatted_address": "Los Angeles, USA", "approximate": "yes",
        "conference_url": "http://127.0.0.1:8000/meetings/friday", "url": "http://127.0.0.1:8000/meetings/friday",
        "types": ["O", "M"], "notes": "Bring tea.", "updated": "2026-11-27 20:00:00", "entity": "Evenside",
        "entity_url": "http://127.0.0.1:8000", "entity_website_url": "http://127.0.0.1:8000",
    }  # fmt: skip
    again = app.test_client().get("/meetings.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    page = app.test_client().get("/meetings").get_data(as_text=True)
    assert (
        '<link rel="alternate" type="application/json" title="Meetings Feed" href="/meetings.json">' in page
    )


def test_we_can_read_what_we_publish(app: Flask, database: Database) -> None:
    a_meeting(database)
    read = read_meetings(app.test_client().get("/meetings.json").data)
    assert read.skipped == {}
    assert [(one.slug, one.day, one.minute, one.minutes) for one in read.rows] == [("friday", 5, 1380, 90)]


def names(page: Page) -> list[str]:
    return [name for name in ("Night owls", "Noon", "Friday circle") if name in page.text]


def test_the_next_two_hours_show_ours_and_theirs_with_where_they_come_from(
    visit: Visit, database: Database
) -> None:
    a_meeting(database, minute_of_day=13 * 60)
    page = visit.open("/directory")
    assert names(page) == ["Night owls", "Noon", "Friday circle"]
    assert "From Elm Street" in page.text
    assert "3 h old" in page.text
    assert "Candlelight" in page.text, "C is what this program means by it"
    assert "Closed" not in page.text
    assert "alert(1)" in page.text
    assert "<script>alert" not in visit.client.get("/directory").get_data(as_text=True)
    assert page.link("Join Night owls") == "https://call.example.org/owls"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("where=online", ["Night owls"]),
        ("where=in-person", ["Noon"]),
        ("type=women", ["Noon"]),
        ("type=open", ["Night owls"]),
        ("language=S", ["Night owls"]),
        ("language=FR", []),
        ("q=elm+st", ["Noon"]),
        ("q=ELM", ["Noon"]),
        ("q=100%25", []),
        ("when=0", ["Night owls", "Noon"]),
        ("when=1", ["Noon"]),
        ("when=2", []),
        ("when=7&where=nowhere&type=x&language=zz&page=-1", ["Night owls", "Noon"]),
        ("page=99", []),
        ("q=%00%27%3B--", []),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_found(visit: Visit, asked: str, found: list[str]) -> None:
    page = visit.open(f"/directory?{asked}")
    assert page.status == 200
    assert names(page) == found


def test_a_list_with_every_zone_of_the_world_hides_nothing(
    visit: Visit, database: Database, cora: Person
) -> None:
    rows = [
        {**LATE, "name": "Far away", "slug": zone, "timezone": zone} for zone in sorted(available_timezones())
    ]
    read = read_meetings(json.dumps(rows).encode()).as_json()
    with database.write() as session:
        source = add_directory(
            session, name="All", address="https://all.example.org/", program="aa", by=cora.id, now=NOW
        )
        keep_meetings(session, source, read["rows"], {})
    for when in ("now", "1", "6"):
        assert visit.open(f"/directory?when={when}").status == 200


def test_a_list_that_says_every_day_of_every_row_has_an_end() -> None:
    rows = [{**LATE, "slug": str(number), "day": [0, 1, 2, 3, 4, 5, 6]} for number in range(2000)]
    with pytest.raises(CalendarRefused, match="12,000"):
        read_meetings(json.dumps(rows).encode())


def test_a_long_honest_list_is_read_within_its_limits() -> None:
    """Seen refused from 700 rows on, when the list of zones was made anew for each."""
    rows = [{**LATE, "slug": str(number)} for number in range(3000)]
    assert len(parse(json.dumps(rows).encode(), {"what": "meetings"}, FETCHED)["rows"]) == 3000


def test_a_phone_number_is_read_at_once_however_odd() -> None:
    """Seen taking ten seconds, and the whole list with it, when a # could be read in two ways."""
    odd, whole = "12345" + "##5" * 1000 + "x", "+1 646 558 8656,,123456#,,*789#"
    rows = [{**LATE, "slug": phone[:9], "conference_phone": phone} for phone in (odd, whole)]
    assert [row.phone for row in read_meetings(json.dumps(rows).encode()).rows] == ["", whole]


def test_a_meeting_that_is_over_is_not_shown(visit: Visit, app: Flask) -> None:
    app.config["CLOCK"].set(NOW + timedelta(hours=1, minutes=29))
    assert names(visit.open("/directory")) == ["Night owls", "Noon"]
    app.config["CLOCK"].set(NOW + timedelta(hours=1, minutes=31))
    assert names(visit.open("/directory")) == ["Night owls"]


def test_a_coordinator_keeps_the_lists(app: Flask, cora: Person, database: Database) -> None:
    client = app.test_client()
    client.sign_in(cora)  # type: ignore[attr-defined]
    boss = Visit(client)
    page = boss.open("/admin/directory")
    assert "None yet" in page.text
    refused = boss.press(page, "Add it", name="City", address="http://10.0.0.1/", program="aa")
    assert refused.status == 422
    page = boss.press(page, "Add it", name="City", address="https://lists.example.org/m.json", program="aa")
    assert "Not read yet" in page.text
    page = boss.press(page, "Look now at City")
    page = boss.press(boss.open(page.link("Remove City")), "Remove it")
    assert "None yet" in page.text
    with database.write() as session:
        member = a_member(session)
    client.sign_in(member)  # type: ignore[attr-defined]
    assert boss.open("/admin/directory").status == 403


def test_strangers_are_shown_the_way_from_help_and_meetings(app: Flask) -> None:
    for path in ("/help", "/meetings"):
        page = read_page(app.test_client().get(path))
        assert "/directory" in page.links.values()
