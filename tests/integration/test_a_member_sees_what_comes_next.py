"""/care: the next contact, what is asked, the weeks in touch, and the plan, each said plainly."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from auth.people import Person
from foundation.database import Database
from scheduling.aftercare.in_touch import days_in_touch
from scheduling.aftercare.plan_contacts import contacts_of, finish_contact
from scheduling.aftercare.plan_records import ContactState
from scheduling.appointments import Appointment
from tests.builders.people import a_member, a_practitioner
from tests.builders.plans import a_running_plan, a_template
from tests.clinic import Clinic
from tests.conftest import Clock
from tests.pages import Visit
from tests.posting import browser_of


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session, name="Ana", timezone="America/Chicago")


@pytest.fixture
def hers(app: Flask, ana: Person) -> Visit:
    return Visit(browser_of(app, ana))


@pytest.fixture
def dana(database: Database) -> Person:
    with database.write() as session:
        return a_practitioner(session, name="Dana Whitlock")


def begin(database: Database, ana: Person, dana: Person, clock: Clock) -> str:
    with database.write() as session:
        template = a_template(session, dana, now=clock())
        told = {"goals": "Coach again in spring", "triggers": "Hotel rooms"}
        return a_running_plan(session, ana, dana, now=clock(), template=template, **told).id


def test_before_a_plan_there_is_a_way_to_one(hers: Visit) -> None:
    page = hers.open("/care").text
    assert "Nothing is planned right now" in page
    assert "Nothing is asked of you now" in page
    assert "Nothing agreed so far" in page


def test_a_promise_says_by_when(
    hers: Visit, database: Database, ana: Person, dana: Person, clock: Clock
) -> None:
    begin(database, ana, dana, clock)
    assert "Dana rings you between Sat 28 Nov and Mon 30 Nov" in hers.open("/care").text
    clock.set(clock() + timedelta(days=2))
    page = hers.open("/care").text
    assert "Dana rings you by Monday 30 November" in page
    assert "Week 1. Written with Dana Whitlock, 27 November." in page
    assert "Coach again in spring" in page
    assert "Hotel rooms" in page


def test_what_was_missed_is_not_held_against_anybody(
    hers: Visit, database: Database, ana: Person, dana: Person, clock: Clock
) -> None:
    begin(database, ana, dana, clock)
    clock.set(clock() + timedelta(days=11))
    page = hers.open("/care").text
    assert "28 Nov" not in page
    assert "missed" not in page.lower()


def test_a_booked_time_names_its_place_and_can_be_moved(clinic: Clinic) -> None:
    booked: Appointment = clinic.booked()
    page = clinic.visit(clinic.jonah).open("/care")
    assert "Tuesday 1 December, 3:00 pm" in page.text
    assert "Follow-up with Dana. Chicago (CST)." in page.text
    assert page.links["Move it"] == f"/appointments/{booked.id}/move"


def test_a_booked_time_goes_before_a_promise_with_days_left(
    clinic: Clinic, database: Database, clock: Clock
) -> None:
    booked = clinic.booked(clock() + timedelta(days=2, hours=21))
    begin(database, clinic.jonah, clinic.dana, clock)
    page = clinic.visit(clinic.jonah).open("/care")
    assert page.links["Move it"] == f"/appointments/{booked.id}/move"
    assert "Dana rings you between Sat 28 Nov and Mon 30 Nov" in page.text


def test_a_check_in_that_is_due_is_one_touch_away(
    hers: Visit, database: Database, ana: Person, dana: Person, clock: Clock
) -> None:
    begin(database, ana, dana, clock)
    clock.set(clock() + timedelta(days=7))
    assert "/care/check-in" in hers.open("/care").links.values()


def test_a_call_that_came_about_lights_its_week(
    hers: Visit, database: Database, ana: Person, dana: Person, clock: Clock
) -> None:
    plan_id = begin(database, ana, dana, clock)
    clock.set(clock() + timedelta(days=1))
    with database.write() as session:
        call = next(one for one in contacts_of(session, plan_id) if one.kind == "call")
        finish_contact(session, call.id, state=ContactState.DONE, by=dana.id, now=clock())
        assert days_in_touch(session, ana.id, ZoneInfo(ana.timezone), now=clock()) == {clock().date()}
    assert "Your first week" in hers.open("/care").text
