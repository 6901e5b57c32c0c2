"""Leaving: the session ends on the server, the browser forgets, and Exit works however old the page is."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from auth.people import Person
from foundation.database import Database
from tests.builders.people import a_member
from tests.posting import browser_of, send


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session)


@pytest.fixture
def hers(app: Flask, ana: Person) -> FlaskClient:
    return browser_of(app, ana)


def copied_cookie(client: FlaskClient) -> str:
    cookie = client.get_cookie("sid")
    assert cookie is not None
    return f"sid={cookie.value}"


def with_old_cookie(app: Flask, cookie: str) -> int:
    return app.test_client(use_cookies=False).get("/account", headers={"Cookie": cookie}).status_code


@pytest.mark.parametrize("path", ["/sign-out", "/exit"])
def test_R1_the_old_cookie_is_dead(app: Flask, hers: FlaskClient, path: str) -> None:
    cookie = copied_cookie(hers)
    assert with_old_cookie(app, cookie) == 200
    assert send(hers, path).status_code == 303
    assert with_old_cookie(app, cookie) == 303
    assert hers.get("/account").status_code == 303


def test_R29_exit_lands_on_the_plain_page_and_clears_the_browser(hers: FlaskClient) -> None:
    answer = send(hers, "/exit")
    assert answer.headers["Location"] == "/left"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_exit_works_from_a_page_whose_session_is_long_over(client: FlaskClient) -> None:
    answer = client.post("/exit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/left")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_press_exit(hers: FlaskClient, site: str) -> None:
    answer = hers.post("/exit", headers={"Sec-Fetch-Site": site})
    assert "Clear-Site-Data" not in answer.headers
    assert hers.get("/account").status_code == 200


def test_R2_another_site_cannot_sign_anybody_out(hers: FlaskClient) -> None:
    assert hers.post("/sign-out").status_code == 400
    assert hers.get("/sign-out").status_code == 405
    assert hers.get("/account").status_code == 200


def test_exit_does_not_wait_for_a_database_that_is_away(
    hers: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    house = hers.application.extensions["evenside"]
    monkeypatch.setattr(house.database, "write", away)
    answer = hers.post("/exit")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/left")
    assert hers.get("/account").status_code == 303
