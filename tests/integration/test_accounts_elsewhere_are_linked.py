"""R11 and R13: an account elsewhere is linked by its owner, signed in here, and by nobody else."""

from typing import Any

import pytest
from flask import Flask

from auth.outside_identities import identities_of
from auth.people import Person
from foundation.database import Database
from tests.builders.hostile_provider import Provider
from tests.builders.outside import SUBJECT, a_linked_member, leaves
from tests.builders.people import a_member
from tests.builders.post import owed
from tests.conftest import Clock
from tests.posting import browser_of, send

WAYS_IN = "/account/ways-in"


@pytest.fixture
def ana(database: Database, provider: Provider, clock: Clock) -> Person:
    with database.write() as session:
        return a_linked_member(session, provider, now=clock())


def test_R11_linking_is_done_by_whoever_is_signed_in_and_told(
    app: Flask, database: Database, provider: Provider, clock: Clock
) -> None:
    with database.write() as session:
        ben = a_member(session, email="ben@example.org")
    client = browser_of(app, ben)
    there = leaves(client, f"{WAYS_IN}/elsewhere/other", "/account")
    assert client.get(provider.consents(there)).headers["Location"] == WAYS_IN
    with database.read() as session:
        [linked] = identities_of(session, ben.id)
        assert (linked.issuer, linked.subject) == (provider.issuer, SUBJECT)
        assert [one.refs["what"] for one in owed(session, ["account.notice"])] == ["identity.linked"]
    send(client, f"{WAYS_IN}/elsewhere/{linked.id}/remove", page="/account")
    with database.read() as session:
        assert not identities_of(session, ben.id)


def test_R11_what_is_linked_to_somebody_is_linked_to_nobody_else(
    app: Flask, database: Database, provider: Provider, ana: Person
) -> None:
    with database.write() as session:
        ben = a_member(session, email="ben@example.org")
    client = browser_of(app, ben)
    there = leaves(client, f"{WAYS_IN}/elsewhere/other", "/account")
    assert client.get(provider.consents(there)).status_code == 409
    [mine] = _identities(database, ana)
    assert send(client, f"{WAYS_IN}/elsewhere/{mine}/remove", page="/account").status_code == 404
    assert _identities(database, ana) == [mine]


def test_R13_a_link_that_somebody_began_is_not_finished_by_another(
    app: Flask, database: Database, provider: Provider, clock: Clock
) -> None:
    """Signed out and in as another in the same browser: the browser's binding went with the first."""
    with database.write() as session:
        ben, cleo = a_member(session, email="ben@example.org"), a_member(session, email="cleo@example.org")
    client: Any = browser_of(app, ben)
    back = provider.consents(leaves(client, f"{WAYS_IN}/elsewhere/other", "/account"))
    client.sign_in(cleo)
    assert client.get(back).status_code == 400
    assert _identities(database, ben) == _identities(database, cleo) == []


def _identities(database: Database, person: Person) -> list[str]:
    with database.read() as session:
        return [one.id for one in identities_of(session, person.id)]
