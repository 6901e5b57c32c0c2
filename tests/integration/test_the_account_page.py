"""A person's own settings and devices."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auth.people import Person, find_person
from auth.sessions import open_session, open_sessions
from foundation.database import Database
from tests.builders.people import a_member, a_moderator
from tests.conftest import Clock
from tests.posting import browser_of, send

GOOD = {"timezone": "America/Chicago", "phone": "(312) 555-0100", "theme": "dark"}


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session, name="Ana")


@pytest.fixture
def hers(app: Flask, ana: Person) -> FlaskClient:
    return browser_of(app, ana)


def test_what_is_kept_is_followed_at_once(hers: FlaskClient, database: Database, ana: Person) -> None:
    assert send(hers, "/account", GOOD, page="/account").headers["Location"] == "/account"
    page = hers.get("/account").text
    assert 'data-theme="dark"' in page
    assert "Chicago (CST)" in page
    assert 'value="(312) 555-0100"' in page
    assert "Kept." in page
    with database.read() as session:
        assert find_person(session, ana.id).phone == "+13125550100"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"timezone": "Mars/Olympus"}, "Choose a city"),
        ({"phone": "ring me"}, "area code"),
        ({"theme": "neon"}, "Choose one of the three."),
    ],
)
def test_a_mistake_is_said_and_nothing_is_changed(
    hers: FlaskClient, database: Database, ana: Person, wrong: dict[str, str], says: str
) -> None:
    answer = send(hers, "/account", GOOD | wrong, page="/account")
    assert answer.status_code == 422
    assert says in answer.text
    with database.read() as session:
        assert find_person(session, ana.id).theme == "system"


def test_two_mistakes_are_listed_first_each_with_its_label(hers: FlaskClient) -> None:
    answer = send(hers, "/account", GOOD | {"phone": "ring me", "theme": "neon"}, page="/account")
    assert "Two things to put right" in answer.text
    assert '<a href="#phone">Phone number: ' in answer.text
    assert 'value="ring me"' in answer.text


def test_a_field_that_is_not_on_the_form_is_ignored(
    hers: FlaskClient, database: Database, ana: Person
) -> None:
    send(hers, "/account", GOOD | {"email": "other@example.org", "name": "Root", "roles": "coordinator"})
    with database.read() as session:
        kept = find_person(session, ana.id)
    assert (kept.email, kept.name, kept.roles) == (ana.email, "Ana", ana.roles)


def test_markup_in_a_name_stays_text(app: Flask, database: Database) -> None:
    with database.write() as session:
        person = a_member(session, name="<b>Ana</b> {{ 7*7 }}", email="b@example.org")
    client = browser_of(app, person)
    assert "&lt;b&gt;Ana&lt;/b&gt; {{ 7*7 }}" in client.get("/account").text


def test_signing_out_another_device(hers: FlaskClient, database: Database, ana: Person, clock: Clock) -> None:
    with database.write() as session:
        open_session(session, ana, now=clock() - timedelta(hours=1), device="Firefox on Windows")
        [_this, other] = open_sessions(session, ana.id, now=clock())
    assert "Firefox on Windows" in hers.get("/account").text
    assert send(hers, f"/account/sessions/{other.id}/end").status_code == 303
    page = hers.get("/account").text
    assert "Firefox on Windows" not in page
    assert "This device" in page


def test_somebody_elses_device_looks_like_none(hers: FlaskClient, database: Database, clock: Clock) -> None:
    with database.write() as session:
        mo = a_moderator(session)
        open_session(session, mo, now=clock())
        [theirs] = open_sessions(session, mo.id, now=clock())
    answers = [send(hers, f"/account/sessions/{one}/end") for one in (theirs.id, "nosuchsession")]
    assert [one.status_code for one in answers] == [404, 404]
    with database.read() as session:
        assert len(open_sessions(session, mo.id, now=clock())) == 1


def test_signing_out_everywhere(hers: FlaskClient, database: Database, ana: Person, clock: Clock) -> None:
    with database.write() as session:
        open_session(session, ana, now=clock())
    assert send(hers, "/account/sessions/end").status_code == 303
    assert hers.get("/account").status_code == 303
    with database.read() as session:
        assert open_sessions(session, ana.id, now=clock()) == []


def test_a_staff_session_that_rests_an_hour_asks_to_sign_in(
    app: Flask, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        mo = a_moderator(session)
    client = browser_of(app, mo)
    for _ in range(3):
        clock.set(clock() + timedelta(minutes=59))
        assert client.get("/account").status_code == 200
    clock.set(clock() + timedelta(hours=1))
    assert client.get("/account").status_code == 303
