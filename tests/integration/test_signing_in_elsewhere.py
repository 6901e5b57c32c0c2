"""R11 to R13: accounts elsewhere, against a provider of our own that lies and misbehaves."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from auth.people import Person
from foundation.database import Database
from tests.builders.hostile_provider import (
    FORGED,
    GENUINE,
    NOW,
    SECRET,
    Provider,
    signed,
)
from tests.builders.outside import a_linked_member, comes_back, leaves, link
from tests.builders.people import a_coordinator, a_member
from tests.conftest import Clock
from tests.posting import send


@pytest.fixture
def ana(database: Database, provider: Provider, clock: Clock) -> Person:
    with database.write() as session:
        return a_linked_member(session, provider, now=clock())


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_R11_whoever_has_linked_it_comes_in(client: FlaskClient, provider: Provider, ana: Person) -> None:
    answer = comes_back(client, provider)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/meetings")
    assert is_in(client)


def test_R13_what_is_asked_of_the_provider(client: FlaskClient, provider: Provider, ana: Person) -> None:
    """A code, PKCE with S256, a nonce, a state; `openid` and nothing else about anybody."""
    comes_back(client, provider)
    [asked], [redeemed] = provider.asked, provider.redeemed
    assert (asked["response_type"], asked["scope"], asked["code_challenge_method"]) == (
        "code",
        "openid",
        "S256",
    )
    assert (
        asked["redirect_uri"] == "http://127.0.0.1:8000/sign-in/with/other/back" == redeemed["redirect_uri"]
    )
    assert len(asked["nonce"]) >= 43 and len(asked["state"]) >= 43 and len(redeemed["code_verifier"]) >= 43
    assert (redeemed["grant_type"], redeemed["client_secret"]) == ("authorization_code", SECRET)
    assert {"email", "login_hint"}.isdisjoint(asked)


def test_R11_nobody_is_found_by_an_address(
    client: FlaskClient, provider: Provider, database: Database
) -> None:
    with database.write() as session:
        a_member(session, email="ana@example.org")
    provider.claims = lambda said: {**said, "email": "ana@example.org", "email_verified": True}
    answer = comes_back(client, provider)
    assert answer.status_code == 403 and "Not linked yet" in answer.text
    assert not is_in(client)


def test_R11_the_same_subject_of_another_issuer_is_somebody_else(
    client: FlaskClient, provider: Provider, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        link(session, a_member(session), "https://login.example.org", now=clock())
    assert comes_back(client, provider).status_code == 403


def test_R11_somebody_who_has_left_looks_like_nobody(
    client: FlaskClient, provider: Provider, ana: Person, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        session.get_one(Person, ana.id).departed_at = clock()
    assert comes_back(client, provider).status_code == 403


def test_R8_for_staff_it_is_the_first_step_only(
    client: FlaskClient, provider: Provider, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        link(session, a_coordinator(session), provider.issuer, now=clock())
    provider.claims = lambda said: {**said, "amr": ["mfa", "hwk"], "acr": "phrh"}
    assert comes_back(client, provider).headers["Location"] == "/sign-in/second"
    assert not is_in(client)


@pytest.mark.parametrize("lie", ["signature", "claim"])
def test_R12_a_token_that_lies_is_refused(
    client: FlaskClient, provider: Provider, ana: Person, lie: str
) -> None:
    """Every lie we know of is told in tests/unit/test_an_id_token_says_what_it_has_to.py."""
    if lie == "signature":
        provider.sign = lambda said: signed(said, FORGED)
    else:
        provider.claims = lambda said: {**said, "nonce": "another"}
    _refused(client, comes_back(client, provider))


def test_R12_a_new_key_is_looked_up_once_a_minute(
    app: Flask, provider: Provider, ana: Person, clock: Clock
) -> None:
    assert comes_back(app.test_client(), provider).status_code == 303
    provider.sign = lambda said: signed(said, FORGED, kid="two")
    new = type(FORGED).import_key({**FORGED.as_dict(private=True), "kid": "two"})
    provider.keys = [GENUINE, new]
    assert comes_back(app.test_client(), provider).status_code == 400
    clock.set(clock() + timedelta(minutes=2))
    NOW[0] = clock().timestamp()
    assert comes_back(app.test_client(), provider).status_code == 303


def _answers(status: int, body: bytes) -> Callable[[dict[str, Any]], tuple[int, bytes]]:
    return lambda _told: (status, body)


ANSWERS = {
    "broken": _answers(500, b"<h1>Oops</h1>"),
    "no": _answers(400, b'{"error": "invalid_grant"}'),
    "a page": _answers(200, b"<h1>Hello</h1>"),
    "a list": _answers(200, b"[]"),
    "deep": _answers(200, b"[" * 100_000),
    "far too much": _answers(200, b'{"id_token": "' + b"x" * 400_000 + b'"}'),
    "elsewhere": _answers(302, b"http://127.0.0.1:1/token"),
    "without a token": _answers(200, b'{"access_token": "access", "token_type": "Bearer"}'),
    "a token that is a number": _answers(
        200, b'{"access_token": "a", "token_type": "Bearer", "id_token": 1}'
    ),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_R12_a_provider_that_misbehaves(
    client: FlaskClient, provider: Provider, ana: Person, answer: str
) -> None:
    provider.answer = ANSWERS[answer]
    _refused(client, comes_back(client, provider))


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://login.example.org"},
        {"token_endpoint": "http://login.example.org/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"jwks_uri": "http://169.254.169.254/keys"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
    ],
)
def test_R13_a_provider_that_says_it_is_another(
    client: FlaskClient, provider: Provider, lie: dict[str, Any]
) -> None:
    provider.metadata = lie
    assert send(client, "/sign-in/with/other", page="/sign-in").status_code == 400


CALLBACKS: dict[str, dict[str, str | None]] = {
    "another issuer": {"iss": "https://login.example.org"},
    "no issuer, though promised": {"iss": None},
    "another state": {"state": "another"},
    "no state": {"state": None},
    "no code": {"code": None},
    "a no": {"error": "access_denied"},
}


@pytest.mark.parametrize("lie", CALLBACKS)
def test_R13_a_way_back_that_is_not_ours(
    client: FlaskClient, provider: Provider, ana: Person, lie: str
) -> None:
    provider.callback = CALLBACKS[lie]
    _refused(client, comes_back(client, provider))


def test_R13_a_state_is_good_once(client: FlaskClient, provider: Provider, ana: Person) -> None:
    back = provider.consents(leaves(client))
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 400


def test_R13_a_state_is_good_in_its_own_browser_only(
    app: Flask, client: FlaskClient, provider: Provider, ana: Person
) -> None:
    """Nobody is signed in to somebody else's account by a link that is sent to them."""
    back = provider.consents(leaves(client))
    victim = app.test_client()
    victim.get("/sign-in")
    _refused(victim, victim.get(back))
    assert client.get(back).status_code == 303


def test_R13_a_state_is_good_for_ten_minutes(
    client: FlaskClient, provider: Provider, ana: Person, clock: Clock
) -> None:
    back = provider.consents(leaves(client))
    clock.set(clock() + timedelta(minutes=10))
    assert client.get(back).status_code == 400


def test_R13_one_provider_does_not_answer_for_another(
    app: Flask, client: FlaskClient, provider: Provider, ana: Person
) -> None:
    house = app.extensions["evenside"]
    second = replace(provider.settings, name="second")
    both = replace(house.settings, oidc=(provider.settings, second))
    app.extensions["evenside"] = replace(house, settings=both)
    back = provider.consents(leaves(client)).replace("/with/other/", "/with/second/")
    _refused(client, client.get(back))


def test_a_provider_that_is_not_set_is_not_there(client: FlaskClient, provider: Provider) -> None:
    assert send(client, "/sign-in/with/nobody", page="/sign-in").status_code == 404
    assert client.get("/sign-in/with/nobody/back?state=x&code=y").status_code in {400, 404}


def _refused(client: FlaskClient, answer: TestResponse) -> None:
    """One answer to everything, which says nothing about why."""
    assert answer.status_code == 400
    assert "Signing in there did not work" in answer.text
    assert json.dumps("signature") not in answer.text
    assert not is_in(client)
