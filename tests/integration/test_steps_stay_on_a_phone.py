"""Which devices keep the steps, what of them is kept, and that a page says so only when it is sure."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auth.people import Person
from foundation.database import Database
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_meeting
from tests.pages import Visit
from tests.posting import browser_of, send
from web.care.keeping import FILES, KEPT


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session, name="Ana")


def wish(client: FlaskClient, path: str = "/meetings") -> str | None:
    found = re.search(r'<html[^>]* data-steps="(\w+)"', client.get(path).text)
    return found[1] if found else None


def owner(client: FlaskClient) -> str:
    [mark] = re.findall(r'<html[^>]* data-steps-for="(\w+)"', client.get("/meetings").text)
    return str(mark)


def on_their_own_device(client: FlaskClient) -> FlaskClient:
    with client.session_transaction() as cookie:
        cookie.permanent = True
    return client


def test_a_members_own_device_keeps_them(app: Flask, ana: Person) -> None:
    assert wish(on_their_own_device(browser_of(app, ana))) == "keep"


def test_two_members_of_one_browser_are_told_apart(app: Flask, ana: Person, database: Database) -> None:
    with database.write() as session:
        priya = a_member(session, name="Priya")
    marks = [owner(on_their_own_device(browser_of(app, one))) for one in (ana, ana, priya)]
    assert marks[0] == marks[1] != marks[2]
    assert ana.id not in marks[0]


def test_a_device_that_others_use_drops_them(app: Flask, ana: Person) -> None:
    assert wish(browser_of(app, ana)) == "drop"


def test_staff_and_strangers_drop_what_another_left(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    with database.write() as session:
        dana = a_practitioner(session)
    assert wish(on_their_own_device(browser_of(app, dana))) == "drop"
    assert wish(client) == "drop"


def test_when_we_are_away_nothing_is_said(
    app: Flask, ana: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server in trouble must not take from anybody what works without it."""
    client = on_their_own_device(browser_of(app, ana))
    monkeypatch.setattr("web.context.find_actor", _broken)
    answer = client.get("/appointments")
    assert answer.status_code == 500
    assert "data-steps" not in answer.text


def _broken(*_: object, **__: object) -> None:
    raise ConnectionError("the database does not answer")


def test_the_copy_has_no_form_token_and_takes_no_news(app: Flask, ana: Person) -> None:
    client = browser_of(app, ana)
    send(client, "/care/people", {"name": "Marcus", "phone": "312 555 0141"}, page="/care/people")
    copy = client.get(KEPT).text
    assert "csrf_token" not in copy
    assert "is in your steps now" not in copy
    assert 'action="/exit"' in copy
    assert "tel:+13125550141" in copy
    assert "is in your steps now" in client.get("/care/people").text


def test_the_copy_has_the_meetings_of_two_weeks_and_shows_the_first(
    app: Flask, ana: Person, database: Database
) -> None:
    with database.write() as session:
        a_meeting(session, slug="fridays")
    shown = re.findall(
        r'<li data-opens="([^"]+)" data-ends="[^"]+"( hidden)?>', browser_of(app, ana).get(KEPT).text
    )
    assert shown == [
        ("2026-11-27T18:45-08:00", ""),
        ("2026-12-04T18:45-08:00", " hidden"),
        ("2026-12-11T18:45-08:00", " hidden"),
    ]


def test_the_worker_is_one_for_everybody_and_reaches_the_steps_alone(client: FlaskClient) -> None:
    answer = client.get("/care/steps/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Service-Worker-Allowed"] == "/care/steps"
    assert f'const KEPT = "{KEPT}";' in answer.text
    for name in FILES:
        assert f'/{name}"' in answer.text
    [script] = re.findall(r'importScripts\("([^"]+)"\)', answer.text)
    assert client.get(script, buffered=True).status_code == 200


def test_signing_out_asks_the_browser_to_forget(app: Flask, ana: Person) -> None:
    answer = send(browser_of(app, ana), "/sign-out", page="/account")
    assert answer.headers["Clear-Site-Data"] == '"storage"'


def test_the_steps_are_for_members(app: Flask, client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        dana = a_practitioner(session)
    assert Visit(client).open("/care/steps").path.startswith("/sign-in")
    for page in ("/care", "/care/steps", KEPT, "/care/people", "/care/contact"):
        assert browser_of(app, dana).get(page).status_code == 403


@pytest.mark.parametrize("page", ["/", "/meetings", "/appointments", "/account", "/help", "/care", "/book"])
def test_they_are_one_touch_away(app: Flask, ana: Person, page: str) -> None:
    assert Visit(browser_of(app, ana)).open(page).links["Steps"] == "/care/steps"
