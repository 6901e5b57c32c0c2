"""A therapist reads and changes the steps with the member; others find nobody, and each reading is noted."""

import pytest
from flask import Flask
from sqlalchemy import select

from auth.contact_consents import ContactWay, agree_to_contact
from auth.people import Person
from foundation.audit import AuditEntry
from foundation.database import Database
from scheduling.aftercare.supporters import add_supporter
from scheduling.aftercare.urge_plans import UrgePlanText, read_urge_plan, write_urge_plan
from tests.builders.people import a_member, a_practitioner
from tests.builders.plans import a_running_plan
from tests.conftest import Clock
from tests.pages import Visit
from tests.posting import browser_of


@pytest.fixture
def dana(database: Database) -> Person:
    with database.write() as session:
        return a_practitioner(session, name="Dana Whitlock")


@pytest.fixture
def ana(database: Database, dana: Person, clock: Clock) -> Person:
    with database.write() as session:
        member = a_member(session, name="Ana Reyes")
        a_running_plan(session, member, dana, now=clock())
        add_supporter(session, member.id, "Marcus", "312 555 0141", "Brother.", by=member.id, now=clock())
        write_urge_plan(session, member.id, UrgePlanText(steps=("Shoes on.",)), by=member.id, now=clock())
    return member


def test_they_are_read_changed_and_noted(
    app: Flask, database: Database, ana: Person, dana: Person, clock: Clock
) -> None:
    visit = Visit(browser_of(app, dana))
    hub = visit.open(f"/staff/people/{ana.id}")
    assert "1 person beside them" in hub.text
    assert "Shoes on." not in hub.text
    page = visit.open(hub.link("Read the steps"))
    assert "Kept." in visit.press(page, "Keep these for Ana", steps="Shoes on.\nRing Marcus.").text
    with database.read() as session:
        assert read_urge_plan(session, ana.id) == UrgePlanText(steps=("Shoes on.", "Ring Marcus."))
        noted = session.scalars(select(AuditEntry.action).where(AuditEntry.actor_id == dana.id)).all()
    assert {"urge_plan.read", "urge_plan.written"} <= set(noted)


def test_numbers_of_others_show_once_the_member_agrees(
    app: Flask, database: Database, ana: Person, dana: Person, clock: Clock
) -> None:
    visit, address = Visit(browser_of(app, dana)), f"/staff/people/{ana.id}/steps"
    assert "Ana has not agreed that we ring them" in visit.open(address).text
    assert "555-0141" not in visit.open(address).text
    with database.write() as session:
        agree_to_contact(session, ana.id, {ContactWay.SUPPORTER}, by=ana.id, now=clock())
    assert "(312) 555-0141" in visit.open(address).text


def test_a_member_who_wrote_meanwhile_is_not_written_over(
    app: Flask, database: Database, ana: Person, dana: Person, clock: Clock
) -> None:
    visit = Visit(browser_of(app, dana))
    page = visit.open(f"/staff/people/{ana.id}/steps")
    with database.write() as session:
        write_urge_plan(session, ana.id, UrgePlanText(steps=("Ring June.",)), by=ana.id, now=clock())
    assert visit.press(page, "Keep these", steps="Shoes off.").status == 422
    with database.read() as session:
        assert read_urge_plan(session, ana.id) == UrgePlanText(steps=("Ring June.",))


def test_for_a_colleague_there_is_nobody(app: Flask, database: Database, ana: Person) -> None:
    with database.write() as session:
        other = a_practitioner(session, name="Teodor")
    assert browser_of(app, other).get(f"/staff/people/{ana.id}/steps").status_code == 404
