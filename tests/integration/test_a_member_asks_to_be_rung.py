"""Call me, don't wait for me: it stands first on the therapist's list until somebody has spoken with them."""

from datetime import timedelta

import pytest
from flask import Flask

from auth.people import Person
from foundation.database import Database
from scheduling.aftercare.call_requests import NobodyToAsk, ask_for_call, asked_since
from scheduling.aftercare.contacts import Outcome, note_contact
from scheduling.aftercare.judging import judge_again
from scheduling.aftercare.worklist import worklist
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
        member = a_member(session, name="Ana", timezone="America/Chicago", phone="+13125550100")
        a_running_plan(session, member, dana, now=clock())
    return member


@pytest.fixture
def hers(app: Flask, ana: Person) -> Visit:
    return Visit(browser_of(app, ana))


def reasons(database: Database, dana: Person, clock: Clock) -> list[str]:
    with database.read() as session:
        lines = worklist(session, dana.id, since=clock() - timedelta(hours=8), now=clock()).waiting
    return [one.words for line in lines for one in line.reasons]


WORDS = "Asked to be rung: Fri 27 Nov, 2:00 pm, Chicago (CST)"


def test_it_stands_first_on_the_list(hers: Visit, database: Database, dana: Person, clock: Clock) -> None:
    asked = hers.press(hers.open("/care"), "Ask Dana to ring me")
    assert "Dana has been asked to ring you" in asked.text
    assert reasons(database, dana, clock)[0] == WORDS
    assert "Dana has been asked to ring you" in hers.open("/care/steps").text


def test_asked_twice_it_is_one_and_taken_back_it_is_none(
    hers: Visit, database: Database, ana: Person, dana: Person, clock: Clock
) -> None:
    page = hers.open("/care")
    hers.press(page, "Ask Dana")
    clock.set(clock() + timedelta(minutes=20))
    again = hers.press(page, "Ask Dana")
    assert reasons(database, dana, clock).count(WORDS) == 1
    hers.press(again, "Not needed any more")
    assert WORDS not in reasons(database, dana, clock)


def test_no_night_of_rules_ends_it_and_a_talk_does(
    database: Database, ana: Person, dana: Person, clock: Clock
) -> None:
    with database.write() as session:
        since = ask_for_call(session, ana.id, now=clock())
        judge_again(session, ana.id, now=clock())
        assert asked_since(session, ana.id) == since
        note_contact(
            session, ana.id, Outcome.LEFT_WORD, planned_contact_id=None, note="", by=dana.id, now=clock()
        )
        assert asked_since(session, ana.id) == since
        note_contact(
            session, ana.id, Outcome.REACHED, planned_contact_id=None, note="", by=dana.id, now=clock()
        )
        assert asked_since(session, ana.id) is None


def test_without_a_number_there_is_a_place_for_one(
    app: Flask, database: Database, dana: Person, clock: Clock
) -> None:
    with database.write() as session:
        member = a_member(session, name="Priya")
        a_running_plan(session, member, dana, now=clock())
    page = Visit(browser_of(app, member)).open("/care")
    assert page.links["Leave your number"] == "/account"


def test_without_a_plan_nobody_would_see_it(app: Flask, database: Database, clock: Clock) -> None:
    with database.write() as session:
        member = a_member(session, name="Noor", phone="+13125550100")
        with pytest.raises(NobodyToAsk):
            ask_for_call(session, member.id, now=clock())
    assert "to ring me" not in Visit(browser_of(app, member)).open("/care").text
