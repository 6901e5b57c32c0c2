"""Every refusal is designed: it says what happened and what to do, and gives nothing away."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from auth.people import Role
from foundation.database import Database
from foundation.errors import DomainError
from tests.builders.people import a_person
from tests.posting import browser_of
from web.errors import ERRORS, PAGES


@pytest.fixture
def broken(app: Flask) -> FlaskClient:
    """A house in which two pages fail, seen as in production."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def burst() -> str:
        raise RuntimeError("the secret of member 17")

    def away() -> str:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    def refuse() -> str:
        raise DomainError("That cannot be, choose another.")

    for path, view in (("/burst", burst), ("/away", away), ("/refuse", refuse), ("/api/v1/burst", burst)):
        app.add_url_rule(path, path, view)
    return app.test_client()


def test_an_unknown_page(client: FlaskClient) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "We can’t find that page" in answer.text
    assert 'href="/help"' in answer.text


def test_a_page_asked_for_in_the_wrong_way(client: FlaskClient) -> None:
    answer = client.delete("/meetings")
    assert answer.status_code in {400, 405}
    looked = client.get("/zone")
    assert looked.status_code == 405
    assert "POST" in looked.headers["Allow"]
    assert "That is not how this page works" in looked.text


def test_ten_megabytes_of_text(client: FlaskClient) -> None:
    answer = client.post("/zone", data={"zone": "x" * 10_000_000})
    assert answer.status_code == 413
    assert "That is more than fits" in answer.text


def test_a_foreign_host_gets_no_page_of_ours(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_forwarded_host_is_not_believed(client: FlaskClient) -> None:
    answer = client.get("/", headers={"X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 200
    assert "evil" not in answer.text


def test_R31_a_fault_of_ours_shows_an_id_and_nothing_else(
    broken: FlaskClient, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    answer = broken.get("/burst")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    logged = next(record for record in caplog.records if record.message == "broken")
    assert logged.rule == "/burst"  # type: ignore[attr-defined]


def test_the_database_is_away(broken: FlaskClient) -> None:
    answer = broken.get("/away")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "We are away for a moment" in answer.text
    assert "connection refused" not in answer.text


def test_a_refusal_says_its_own_words(broken: FlaskClient) -> None:
    answer = broken.get("/refuse")
    assert answer.status_code == 422
    assert "That cannot be, choose another." in answer.text


def test_programs_get_problem_details(broken: FlaskClient) -> None:
    missing = broken.get("/api/v1/nothing")
    assert missing.status_code == 404
    assert missing.content_type == "application/problem+json"
    assert json.loads(missing.text)["code"] == "not_found"
    burst = broken.get("/api/v1/burst")
    assert burst.status_code == 500
    assert set(json.loads(burst.text)) == {"type", "status", "title", "code", "detail", "id"}


def test_every_refusal_of_the_table_has_a_page(app: Flask) -> None:
    for template in {*PAGES.values(), *(name for _status, name in ERRORS.values())}:
        assert app.jinja_env.get_template(template)


def test_logs_hold_rules_and_no_paths(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="evenside.web"):
        client.get("/meetings/very-private-name")
    record = next(one for one in caplog.records if one.message == "answered")
    assert record.rule == "/meetings/<slug>"  # type: ignore[attr-defined]
    assert all(
        "very-private-name" not in str(vars(one)) for one in caplog.records if one.name == "evenside.web"
    )


@pytest.mark.parametrize(
    "path",
    ["/meetings/a%00b", "/meetings/a%00b/live", "/appointments/a%00b", "/book/a%00b", "/calendar/a%00b.ics",
     "/account/calendars/a%00/off", "/sign-in/a%00b", "/staff/live/a%00b", "/staff/book/a%00b",
     "/staff/appointments/a%00b", "/api/v1/slots?service=a%00b", "/api/v1/slots?service=x&timezone=%00"],
)  # fmt: skip
def test_a_letter_that_no_address_has_is_a_wrong_turn_and_no_fault_of_ours(
    app: Flask, database: Database, path: str
) -> None:
    with database.write() as session:
        somebody = a_person(session, roles=list(Role))
    answer = browser_of(app, somebody).get(path, follow_redirects=True)
    assert 400 <= answer.status_code < 500, answer.status_code
