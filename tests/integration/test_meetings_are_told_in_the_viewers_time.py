"""A member in Chicago reads Chicago's clock; the hosts are in Los Angeles and keep theirs."""

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient

from foundation.database import Database
from scheduling.meetings import Meeting, change_occurrence
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_meeting

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.fixture
def friday(database: Database) -> Meeting:
    """Fridays at seven in the evening in Los Angeles, open to everyone."""
    with database.write() as session:
        dana = a_practitioner(session, name="Dana Whitlock")
        return a_meeting(
            session,
            slug="friday-group",
            title="Friday group",
            timezone="America/Los_Angeles",
            weekday=4,
            minute_of_day=19 * 60,
            minutes=90,
            first_date=date(2026, 1, 2),
            audience="open",
            hosts=[dana],
        )


@pytest.fixture
def chicago(database: Database, client: FlaskClient) -> FlaskClient:
    with database.write() as session:
        member = a_member(session, timezone="America/Chicago")
    client.sign_in(member)  # type: ignore[attr-defined]
    return client


def change(database: Database, meeting: Meeting, on: date, **what: object) -> None:
    with database.write() as session:
        change_occurrence(session, session.merge(meeting), on, now=NOW, **what)  # type: ignore[arg-type]


def test_home_shows_the_next_meeting_as_a_clock(friday: Meeting, chicago: FlaskClient) -> None:
    page = chicago.get("/").text
    assert ">9 pm</time> Friday group" in page
    assert "Tonight, Friday 27 November" in page
    assert "Chicago (CST). It is 7 pm in Los Angeles, where the hosts are." in page
    assert 'href="/meetings/friday-group/live"' in page


def test_the_same_meeting_for_a_stranger_with_a_place_in_a_cookie(
    friday: Meeting, client: FlaskClient
) -> None:
    client.set_cookie("tz", "Europe/London")
    page = client.get("/meetings").text
    assert "Tomorrow <span>Saturday 28 November</span>" in page
    assert ">3:00 am</time>" in page
    assert "London (GMT)" in page


def test_an_unknown_place_in_the_cookie_is_the_clinics(friday: Meeting, client: FlaskClient) -> None:
    client.set_cookie("tz", "../../etc/passwd")
    assert "Times for Los Angeles (PST)" in client.get("/meetings").text


def test_a_moved_date_is_said_at_the_meeting(
    friday: Meeting, chicago: FlaskClient, database: Database
) -> None:
    change(database, friday, date(2026, 11, 27), new_minute=19 * 60 + 30)
    page = chicago.get("/meetings").text
    assert ">9:30 pm</time>, Friday group" in page
    assert "30 minutes later, this week only" in page


def test_a_cancelled_date_stays_in_the_list_and_says_when_it_is_back(
    friday: Meeting, chicago: FlaskClient, database: Database
) -> None:
    change(database, friday, date(2026, 11, 27), cancelled=True, note="The holiday weekend.")
    page = chicago.get("/meetings").text
    assert "Not this week" in page
    assert "The holiday weekend. Back on Friday 4 December." in page
    assert "/meetings/friday-group/live" not in page


def test_one_meeting_shows_both_clocks(friday: Meeting, chicago: FlaskClient) -> None:
    page = chicago.get("/meetings/friday-group").text
    assert "9:00 to 10:30 pm" in page
    assert "Fri 7:00 pm" in page
    assert "Dana Whitlock" in page


def test_members_meetings_are_for_those_signed_in(
    database: Database, client: FlaskClient, chicago: FlaskClient
) -> None:
    with database.write() as session:
        a_meeting(session, slug="circle", title="Small circle", audience="members")
    stranger = client.application.test_client()
    assert "Small circle" not in stranger.get("/meetings").text
    away = stranger.get("/meetings/circle")
    assert (away.status_code, away.headers["Location"]) == (303, "/sign-in?next=/meetings/circle")
    assert "Small circle" in chicago.get("/meetings").text


def test_without_meetings_the_pages_say_so(client: FlaskClient) -> None:
    assert "No meeting is planned yet" in client.get("/").text
    assert "Nothing planned this week" in client.get("/meetings").text


def test_a_meeting_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert client.get("/meetings/no-such-group").status_code == 404
