"""Consent to be contacted: ticked, taken back, and each change noted once."""

import pytest
from flask import Flask
from sqlalchemy import select

from auth.contact_consents import ContactWay, agree_to_contact, ways_agreed, ways_agreed_by
from auth.people import Person
from foundation.audit import AuditEntry
from foundation.database import Database
from tests.builders.people import a_member, a_practitioner
from tests.conftest import Clock
from tests.posting import browser_of, send

CALL, TEXT, MAIL, SUPPORTER = ContactWay


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session, name="Ana")


def agreed(database: Database, ana: Person) -> set[ContactWay]:
    with database.read() as session:
        return set(ways_agreed(session, ana.id))


def test_nothing_is_agreed_until_somebody_says_so(database: Database, ana: Person) -> None:
    assert agreed(database, ana) == set()


def test_R37_ticking_and_unticking(app: Flask, database: Database, ana: Person) -> None:
    hers = browser_of(app, ana)
    send(hers, "/care/contact", {"call": "y", "supporter": "y"}, page="/care/contact")
    assert agreed(database, ana) == {CALL, SUPPORTER}
    assert "Agreed: a call, a call to somebody close." in hers.get("/care").text
    send(hers, "/care/contact", {"call": "y"}, page="/care/contact")
    assert agreed(database, ana) == {CALL}


def test_only_what_changed_is_noted_and_by_whom(database: Database, ana: Person, clock: Clock) -> None:
    with database.write() as session:
        dana = a_practitioner(session)
        agree_to_contact(session, ana.id, {CALL, TEXT}, by=dana.id, now=clock())
        agree_to_contact(session, ana.id, {CALL, TEXT, MAIL}, by=ana.id, now=clock())
        entries = session.scalars(select(AuditEntry).where(AuditEntry.object_id == ana.id)).all()
    noted = [(one.actor_id, one.detail["kind"]) for one in entries if one.action == "consent.given"]
    assert sorted(noted) == sorted([(dana.id, CALL), (dana.id, TEXT), (ana.id, MAIL)])


def test_many_are_asked_about_at_once(database: Database, ana: Person, clock: Clock) -> None:
    with database.write() as session:
        jonah = a_member(session, name="Jonah")
        agree_to_contact(session, jonah.id, {MAIL}, by=jonah.id, now=clock())
        assert ways_agreed_by(session, [ana.id, jonah.id]) == {jonah.id: frozenset({MAIL})}
