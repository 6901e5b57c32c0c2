"""Whoever floods the sign-in, also from many places, takes nothing from somebody in their own browser."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from auth.asking import FOR_ADDRESS, FROM_BROWSER, FROM_NETWORK
from auth.codes import WRONG_FOR_ADDRESS
from auth.people import Person
from foundation.database import Database
from tests.builders.factors import an_app, comes_by_mail
from tests.builders.people import a_coordinator, a_member
from tests.builders.post import owed
from tests.conftest import Clock
from tests.posting import browser_of, send, token_of
from web.passkey_forms import FOR_ONE_SIGN_IN

ANA = "ana@example.org"
CHALLENGE = "/sign-in/proof/passkey/challenge"


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session, email=ANA)


@pytest.fixture
def hers(app: Flask, database: Database, ana: Person) -> FlaskClient:
    """The browser in which she came in once, and is signed out."""
    client = app.test_client()
    asks(client)
    send(client, "/sign-in/code", {"code": codes(database)[-1]}, page="/sign-in/code")
    send(client, "/sign-out", page="/account")
    return client


def asks(client: FlaskClient, place: str = "198.51.100.7") -> int:
    data = {"email": ANA, "csrf_token": token_of(client, "/sign-in")}
    return client.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": place}).status_code


def codes(database: Database) -> list[str]:
    """Those that were mailed to her, the oldest first; none for mails that nobody gets."""
    with database.read() as session:
        mails = sorted(owed(session, ["signin.link"]), key=lambda one: one.refs["expires_at"])
        return [one.refs["code"] for one in mails if one.refs["code"]]


def many_strangers_ask(app: Flask) -> None:
    stranger = app.test_client()
    for number in range(FOR_ADDRESS.most + 1):
        asks(stranger, f"203.0.113.{number}")


def test_mails_still_come_while_many_places_ask_for_them(
    app: Flask, database: Database, hers: FlaskClient, clock: Clock
) -> None:
    many_strangers_ask(app)
    clock.set(clock() + timedelta(seconds=1))
    before = len(codes(database))
    assert asks(app.test_client(), "192.0.2.1") == 303
    assert len(codes(database)) == before, "a stranger's browser gets no more"
    assert asks(hers) == 303
    assert len(codes(database)) == before + 1


def test_codes_still_open_while_a_stranger_guesses(
    app: Flask, database: Database, hers: FlaskClient, clock: Clock
) -> None:
    stranger = app.test_client()
    for _ in range(WRONG_FOR_ADDRESS.most // 5 + 1):
        asks(stranger, "203.0.113.9")
        for _try in range(5):
            send(stranger, "/sign-in/code", {"code": "000000"}, page="/sign-in/code")
    clock.set(clock() + timedelta(seconds=1))
    asks(hers)
    answer = send(hers, "/sign-in/code", {"code": codes(database)[-1]}, page="/sign-in/code")
    assert answer.status_code == 303


def test_a_neighbour_behind_the_same_address_locks_nobody_out(app: Flask, hers: FlaskClient) -> None:
    """One IPv4 address may stand for a whole street."""
    neighbour = app.test_client()
    answers = [asks(neighbour) for _ in range(FROM_NETWORK.most + 1)]
    assert answers[-1] == 429
    assert asks(hers) == 303


def test_her_own_browser_has_a_limit_too(database: Database, hers: FlaskClient) -> None:
    before = len(codes(database))
    for _ in range(FROM_BROWSER.most + 3):
        assert asks(hers) == 303
    assert len(codes(database)) == before + FROM_BROWSER.most


@pytest.mark.parametrize("bent", ["", "nonsense", "a.b.c", "{}x", "\u00e4"])
def test_the_pass_is_hers_alone(app: Flask, hers: FlaskClient, bent: str) -> None:
    """Bent or another's, it is worth nothing; and it opens nothing by itself."""
    own = hers.get_cookie("kb")
    assert own is not None and own.http_only and own.same_site == "Lax"
    neighbour = app.test_client()
    neighbour.set_cookie("kb", bent.format(own.value) if "{}" in bent else bent)
    answers = [asks(neighbour) for _ in range(FROM_NETWORK.most + 1)]
    assert answers[-1] == 429
    assert hers.get("/account").status_code == 303


def test_none_is_left_on_a_device_that_others_use(app: Flask, database: Database, ana: Person) -> None:
    client = app.test_client()
    send(client, "/sign-in", {"email": ANA, "shared": "y"}, page="/sign-in")
    send(client, "/sign-in/code", {"code": codes(database)[-1]}, page="/sign-in/code")
    assert client.get("/account").status_code == 200
    assert client.get_cookie("kb") is None


def test_what_a_proxy_that_is_not_ours_says_lifts_no_limit(app: Flask, ana: Person) -> None:
    client = app.test_client()
    token = token_of(client, "/sign-in")
    answers = [
        client.post(
            "/sign-in",
            data={"email": ANA, "csrf_token": token},
            headers={"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"},
        ).status_code
        for number in range(FROM_NETWORK.most + 1)
    ]
    assert answers[-1] == 429


def test_who_is_signed_in_gets_a_code_whatever_the_neighbours_ask_for(
    app: Flask, database: Database, ana: Person
) -> None:
    """To show once more who she is (R10), on a device that keeps no pass."""
    hers, neighbour = browser_of(app, ana), app.test_client()
    for _ in range(FROM_NETWORK.most):
        asks(neighbour, "127.0.0.1")
    before = len(codes(database))
    assert send(hers, "/sign-in/proof/mail", page="/account/again").status_code == 200
    assert len(codes(database)) == before + 1


def test_whoever_has_the_mailbox_uses_up_no_passkey_of_its_owner(app: Flask, database: Database) -> None:
    with database.write() as session:
        cora = a_coordinator(session, name="Cora Lind")
        an_app(session, cora, now=app.config["CLOCK"]())
    thief, hers = (comes_by_mail(app, database, cora)[0].client for _ in range(2))
    token = {"X-CSRFToken": token_of(thief, "/sign-in/second")}
    given = [thief.post(CHALLENGE, headers=token).status_code for _ in range(FOR_ONE_SIGN_IN.most + 1)]
    assert (given[-2], given[-1]) == (200, 429)
    token = {"X-CSRFToken": token_of(hers, "/sign-in/second")}
    assert hers.post(CHALLENGE, headers=token).status_code == 200
