"""Pages, errors, static files and machines' answers: all with the same strict headers."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from foundation.database import Database
from foundation.settings import Settings
from tests.builders.people import a_member
from web.app import create_app

ANSWERS = [
    "/",
    "/meetings",
    "/help",
    "/left",
    "/robots.txt",
    "/healthz",
    "/readyz",
    "/no-such-page",
    "/api/v1/nothing",
]


@pytest.mark.parametrize("path", ANSWERS)
def test_R27_nothing_but_our_own_files_may_load(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self' ws://127.0.0.1:8000; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_R29_signed_in_pages_and_errors_are_kept_nowhere(client: FlaskClient, database: Database) -> None:
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/no-such-page").headers["Cache-Control"] == "no-store"
    with database.write() as session:
        member = a_member(session)
    client.sign_in(member)  # type: ignore[attr-defined]
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert client.get("/help").headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_good_under_their_own_version_only(client: FlaskClient) -> None:
    version = client.application.config["ASSETS"]
    with client.get(f"/static/{version}/css/base.css") as current:
        assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get("/static/0123456789/css/base.css") as old:
        assert old.status_code == 200
        assert old.headers["Cache-Control"] == "no-cache"
    assert client.get(f"/static/{version}/../app.py").status_code == 404


def test_R28_where_the_address_is_https_browsers_are_told_to_stay_there(
    settings: Settings, database: Database
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(replace(settings, base_url="https://meet.example.org", database_url=url))
    answer = app.test_client().get("/meetings", base_url="https://meet.example.org")
    app.extensions["evenside"].database.close()
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert "connect-src 'self' wss://meet.example.org;" in answer.headers["Content-Security-Policy"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sid=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
