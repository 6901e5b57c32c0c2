"""R11 to R13 with npm's oidc-provider: an account there is linked once, and opens the door from then on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from auth.outside_identities import identities_of
from foundation.database import Database
from tests.builders.people import a_member
from tests.conftest import Clock
from tests.node import Node
from tests.posting import browser_of, send
from tests.real_provider import RealProvider, a_real_provider

WAYS_IN = "/account/ways-in"
BACK = "http://127.0.0.1:8000/sign-in/with/real/back"


@pytest.fixture
def provider(app: Flask, node: Node, clock: Clock) -> Iterator[RealProvider]:
    clock.set(datetime.now(UTC))  # the provider has a clock of its own
    with a_real_provider(node, BACK) as made:
        house = app.extensions["evenside"]
        with_it = replace(house.settings, oidc=(made.settings,))
        app.extensions["evenside"] = replace(house, settings=with_it)
        yield made


def goes_there(client: FlaskClient, provider: RealProvider, path: str, page: str, name: str) -> TestResponse:
    led = send(client, path, page=page).text.split("0; url=")[1].split('"')[0]
    back = provider.login(unescape(led), name)
    return client.get(back.removeprefix("http://127.0.0.1:8000"))


def test_R11_an_account_at_a_real_provider(app: Flask, database: Database, provider: RealProvider) -> None:
    with database.write() as session:
        ana = a_member(session, email="ana@example.org")
    at_home, on_the_phone = browser_of(app, ana), app.test_client()
    enters = on_the_phone, provider, "/sign-in/with/real", "/sign-in"
    assert goes_there(*enters, "ana").status_code == 403
    linked = goes_there(at_home, provider, f"{WAYS_IN}/elsewhere/real", WAYS_IN, "ana")
    assert (linked.status_code, linked.headers["Location"]) == (303, WAYS_IN)
    with database.read() as session:
        [identity] = identities_of(session, ana.id)
    assert (identity.issuer, identity.subject) == (provider.issuer, "ana")
    assert goes_there(*enters, "somebody-else").status_code == 403
    assert goes_there(*enters, "ana").status_code == 303
    assert on_the_phone.get("/account").status_code == 200
