"""A member writes steps in a quiet hour and finds them in a hard one, with the people beside them."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from auth.people import Person
from foundation.audit import AuditEntry
from foundation.database import Database
from safety.flags import Flag
from scheduling.aftercare.supporters import (
    MOST,
    EnoughSupporters,
    add_supporter,
    call_first,
    remove_supporter,
    supporters_of,
)
from scheduling.aftercare.urge_plans import (
    FIRST_STEPS,
    StaleUrgePlan,
    UrgePlanText,
    read_urge_plan,
    write_urge_plan,
)
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_meeting
from tests.conftest import Clock
from tests.pages import Visit
from tests.posting import browser_of

STEPS = "Leave the room. Phone comes, laptop stays.\nShoes on, once around the block.\nCall Marcus."
MARCUS = ("Marcus", "312 555 0141", "Brother. Any hour.")
ADAEZE = ("Adaeze", "+13125550178", "From the program. Evenings.")


@pytest.fixture
def ana(database: Database) -> Person:
    with database.write() as session:
        return a_member(session, name="Ana")


@pytest.fixture
def hers(app: Flask, ana: Person) -> Visit:
    return Visit(browser_of(app, ana))


def write(hers: Visit, **typed: str) -> str:
    page = hers.press(hers.open("/care/steps/edit"), "Keep these", **{"steps": STEPS, **typed})
    return page.text


def beside(database: Database, member: Person, clock: Clock, *people: tuple[str, str, str]) -> list[str]:
    with database.write() as session:
        for one in people:
            add_supporter(session, member.id, *one, by=member.id, now=clock())
        return [one.id for one in supporters_of(session, member.id)]


def test_before_anything_is_written_there_are_steps_to_begin_with(hers: Visit) -> None:
    page = hers.open("/care/steps")
    assert FIRST_STEPS[0] in page.text
    assert page.links["Call 988"] == "tel:988"
    assert page.link("Write my own") == "/care/steps/edit"


def test_what_was_written_is_there_in_order(hers: Visit) -> None:
    page = write(hers, reasons="Sunday pancakes with Noor", signs="After ten at night", places="The gym")
    told = [page.index(line) for line in (*STEPS.splitlines(), "Sunday pancakes with Noor", "The gym")]
    assert told == sorted(told)
    assert FIRST_STEPS[0] not in page


def test_every_word_is_sealed(hers: Visit, database: Database) -> None:
    write(hers, reasons="Sunday pancakes with Noor")
    with database.read() as session:
        [row] = session.execute(text("SELECT * FROM urge_plan")).all()
    assert b"pancakes" not in b"".join(bytes(one) for one in row if isinstance(one, bytes | memoryview))


def test_a_therapist_who_wrote_meanwhile_is_not_written_over(
    hers: Visit, database: Database, ana: Person, clock: Clock
) -> None:
    form = hers.open("/care/steps/edit")
    with database.write() as session:
        dana = a_practitioner(session)
        theirs = UrgePlanText(steps=("Sit by the window",))
        write_urge_plan(session, ana.id, theirs, by=dana.id, now=clock())
    told = hers.press(form, "Keep these", steps=STEPS)
    assert told.status == 422
    assert "changed meanwhile" in told.text
    assert "Sit by the window" in told.text
    assert "Shoes on" in hers.press(told, "Keep these").text


def test_two_who_looked_at_the_same_are_told_apart(database: Database, ana: Person, clock: Clock) -> None:
    with database.write() as session:
        assert write_urge_plan(session, ana.id, UrgePlanText("a"), by=ana.id, now=clock(), seen=0) == 1
        with pytest.raises(StaleUrgePlan):
            write_urge_plan(session, ana.id, UrgePlanText("b"), by=ana.id, now=clock(), seen=0)
        assert read_urge_plan(session, ana.id) == UrgePlanText("a")


def test_nine_steps_are_too_many_for_a_hard_moment_and_stay_typed(hers: Visit) -> None:
    nine = "\n".join(f"Count to {number}" for number in range(1, 10))
    page = hers.press(hers.open("/care/steps/edit"), "Keep these", steps=nine)
    assert page.status == 422
    assert "keep the 8 that help most" in page.text
    assert "Count to 9" in page.forms[-1].fields["steps"][0]


@pytest.mark.parametrize("steps", [STEPS, "One two three\n" * 9])
def test_words_of_danger_reach_a_person_even_when_the_form_is_refused(
    hers: Visit, database: Database, ana: Person, steps: str
) -> None:
    write(hers, steps=steps, signs="I want to kill myself")
    with database.read() as session:
        [flag] = session.scalars(select(Flag)).all()
    assert (flag.person_id, flag.source) == (ana.id, "steps")
    for page in ("/care/steps", "/care"):
        assert "We are getting a person for you now" in hers.open(page).text


def test_whoever_stands_first_is_on_the_large_button(
    hers: Visit, database: Database, ana: Person, clock: Clock
) -> None:
    beside(database, ana, clock, MARCUS, ADAEZE)
    page = hers.open("/care/steps")
    assert page.links["Call Marcus"] == "tel:+13125550141"
    assert page.links["Text Marcus"].startswith("sms:+13125550141?&body=Can%20you%20talk")
    moved = hers.press(hers.open("/care/people"), "Call first")
    assert moved.status == 200
    assert hers.open("/care/steps").links["Call Adaeze"] == "tel:+13125550178"


def test_somebody_is_added_changed_and_taken_out(hers: Visit) -> None:
    form = hers.open("/care/people")
    told = hers.press(form, "Add", name="Marcus", phone="312 555", relation="Brother")
    assert told.status == 422
    assert "with its area code" in told.text
    added = hers.press(told, "Add", phone="312 555 0141")
    assert "(312) 555-0141" in added.text
    changed = hers.press(hers.open(added.link("Change")), "Keep the change", relation="Brother. Any hour.")
    assert "Brother. Any hour." in changed.text
    assert "Nobody yet" in hers.press(changed, "Take out").text


def test_somebody_elses_people_look_like_none(
    app: Flask, hers: Visit, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        jonah = a_member(session, name="Jonah")
    [theirs] = beside(database, jonah, clock, MARCUS)
    assert hers.open(f"/care/people/{theirs}").status == 404
    here = hers.open("/care/people").forms[-1].fields["csrf_token"][0]
    for act in ("", "/first", "/remove"):
        sent = {"csrf_token": here, "name": "X", "phone": "+13125550100"}
        assert hers.client.post(f"/care/people/{theirs}{act}", data=sent).status_code == 404


def test_there_is_room_for_six(database: Database, ana: Person, clock: Clock) -> None:
    ids = beside(database, ana, clock, *[MARCUS] * MOST)
    with database.write() as session:
        with pytest.raises(EnoughSupporters):
            add_supporter(session, ana.id, *ADAEZE, by=ana.id, now=clock())
        call_first(session, ana.id, ids[3], by=ana.id, now=clock())
        remove_supporter(session, ana.id, ids[0], by=ana.id, now=clock())
        assert [one.id for one in supporters_of(session, ana.id)] == [ids[3], ids[1], ids[2], ids[4], ids[5]]


def test_the_trail_names_acts_and_no_words(hers: Visit, database: Database) -> None:
    write(hers)
    hers.press(hers.open("/care/people"), "Add", name="Marcus", phone="312 555 0141")
    with database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.object_kind == "person")).all()
    told = {one.action: one.detail for one in entries}
    assert told["urge_plan.written"] == told["supporter.added"] == {}


def test_the_next_meeting_stands_there_with_its_zone(hers: Visit, database: Database) -> None:
    with database.write() as session:
        a_meeting(session, slug="fridays", title="Friday group")
    page = hers.open("/care/steps")
    assert "Friday 27 November, 7:00 pm, Los Angeles (PST)" in page.text
    assert "/meetings/fridays/live" in page.links.values()
