"""Before a first session somebody fills in a short form: kept as they go, read by one person, and heard."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from auth.people import Person
from foundation.audit import AuditEntry
from foundation.database import Database
from foundation.settings import Settings
from safety.flags import Flag
from scheduling.appointments import Appointment
from scheduling.questionnaires import Item, StaleForm, add_form, change_form, newest_forms
from scheduling.services import Service
from tests.browsing import words_of
from tests.builders.mailed import render
from tests.builders.people import a_coordinator, a_member, a_practitioner
from tests.builders.post import owed
from tests.clinic import NOW, TUESDAY_3PM, Clinic, open_clinic
from tests.pages import Page

ITEMS = (
    Item("What would help you most?", "text", required=True),
    Item("Have you talked with somebody before?", "yes_no"),
    Item("When are you at your best?", "choice", options=("Mornings", "Evenings")),
)
DANGER = "I want to kill myself tonight."


@pytest.fixture
def clinic(app: Flask, database: Database) -> Clinic:
    made = open_clinic(app, database)
    with database.write() as session:
        form = add_form(session, "Before we meet", ITEMS, by=made.dana.id, now=NOW)
        session.get_one(Service, made.service.id).intake_id = form.id
    return made


@pytest.fixture
def cora(database: Database) -> Person:
    with database.write() as session:
        return a_coordinator(session)


def names(page: Page) -> list[str]:
    """The three questions' names on the page, in order."""
    form = page.form_with("Send it to Dana")
    return [name for name in form.fields if name.startswith("q-")]


def links(clinic: Clinic) -> list[str]:
    with clinic.database.read() as session:
        return [f"q-{item['link_id']}" for item in newest_forms(session)[0].items]


def test_the_form_is_asked_for_where_the_first_session_stands(clinic: Clinic) -> None:
    one = clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    for path in ("/appointments", f"/appointments/{one.id}", f"/appointments/{one.id}/booked"):
        assert "One short form before you meet" in jonah.open(path).text, path
    second = clinic.booked(TUESDAY_3PM + timedelta(hours=2))
    assert "One short form" not in jonah.open(f"/appointments/{second.id}").text
    assert jonah.open(f"/appointments/{second.id}/form").status == 404


def test_it_is_kept_for_later_and_sent_when_it_is_done(clinic: Clinic) -> None:
    one = clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    what, before, when = links(clinic)
    page = jonah.open(f"/appointments/{one.id}/form")
    assert (page.unlabelled, len(page.h1)) == ([], 1)
    kept = jonah.press(page, "Keep it for later", **{what: "Sleep."})
    assert "Kept. Go on whenever you like." in kept.text
    again = jonah.open(f"/appointments/{one.id}/form")
    assert again.form_with("Send").fields[what] == ["Sleep."]
    jonah.press(again, "Send it to Dana", **{before: "no", when: "Evenings"})
    done = jonah.open(f"/appointments/{one.id}/form")
    assert "It stays as you sent it." in done.text
    assert "Evenings" in done.text
    assert "One short form" not in jonah.open(f"/appointments/{one.id}").text


def test_what_is_missing_is_said_and_what_was_written_stays(clinic: Clinic) -> None:
    one = clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    what, before, _when = links(clinic)
    page = jonah.open(f"/appointments/{one.id}/form")
    refused = jonah.press(page, "Send it to Dana", **{before: "yes"})
    assert refused.status == 422
    assert "This one needs an answer." in refused.text
    assert refused.form_with("Send").fields[before] == ["yes"]
    assert jonah.press(refused, "Send it to Dana", **{what: "Sleep."}).path == f"/appointments/{one.id}"


def test_whoever_holds_the_session_reads_it_alone_and_leaves_a_trail(clinic: Clinic, cora: Person) -> None:
    one = clinic.booked()
    jonah, dana = clinic.visit(clinic.jonah), clinic.visit(clinic.dana)
    path = f"/staff/appointments/{one.id}/form"
    page = jonah.open(f"/appointments/{one.id}/form")
    jonah.press(page, "Keep it for later", **{links(clinic)[0]: "Sleep, mostly."})
    assert "Sleep" not in dana.open(path).text, "a draft is nobody else's yet"
    jonah.press(jonah.open(f"/appointments/{one.id}/form"), "Send it to Dana")
    assert "Sleep, mostly." in dana.open(path).text
    assert "The form before it" in dana.open(f"/staff/appointments/{one.id}").text
    with clinic.database.write() as session:
        ines = a_practitioner(session, name="Ines")
        priya = a_member(session, name="Priya")
    assert [clinic.visit(who).open(path).status for who in (cora, ines, priya)] == [404, 404, 403]
    assert clinic.visit(priya).open(f"/appointments/{one.id}/form").status == 404
    assert dana.open(f"/appointments/{one.id}/form").status in {403, 404}
    with clinic.database.read() as session:
        readings = session.scalars(select(AuditEntry).where(AuditEntry.action == "form.read")).all()
        assert [(one_.actor_id, one_.object_id) for one_ in readings] == [(clinic.dana.id, one.id)]


def test_answers_are_sealed(clinic: Clinic) -> None:
    one = clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open(f"/appointments/{one.id}/form")
    jonah.press(page, "Keep it for later", **{links(clinic)[0]: "Peppermint"})
    with clinic.database.read() as session:
        stored = session.execute(text("SELECT answers FROM questionnaire_response")).scalar_one()
    assert b"Peppermint" not in bytes(stored)


def test_danger_in_an_answer_brings_help_and_calls_somebody(
    clinic: Clinic, settings: Settings, cora: Person
) -> None:
    one = clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open(f"/appointments/{one.id}/form")
    helped = jonah.press(page, "Keep it for later", **{links(clinic)[0]: DANGER})
    assert "We are getting a person for you now. You do not have to wait alone." in helped.text
    assert "988" in helped.text
    jonah.press(helped, "Send it to Dana")
    flag = the_flag(clinic)
    assert (flag.place, flag.text, flag.person_id) == (f"appointment:{one.id}", DANGER, clinic.jonah.id)
    claim_and_end(clinic, settings, cora, flag)
    assert "We are getting a person for you now" not in jonah.open(f"/appointments/{one.id}").text


def test_danger_in_the_note_of_a_booking_brings_help(clinic: Clinic, cora: Person) -> None:
    jonah = clinic.visit(clinic.jonah)
    kept = jonah.press(jonah.open(clinic.path), "3:00 pm, Tuesday 1 December")
    done = jonah.press(kept, "Book this time", note=DANGER)
    assert done.h1 == ["Booked"]
    assert "We are getting a person for you now." in done.text
    assert the_flag(clinic).place == f"appointment:{clinic.appointments()[0].id}"
    assert cora.is_staff


def test_danger_is_heard_although_the_time_was_gone(clinic: Clinic, cora: Person) -> None:
    jonah = clinic.visit(clinic.jonah)
    kept = jonah.press(jonah.open(clinic.path), "3:00 pm, Tuesday 1 December")
    clinic.set_clock(NOW + timedelta(minutes=11))
    with clinic.database.write() as session:
        priya = a_member(session, name="Priya")
    clinic.booked(member=priya, now=NOW + timedelta(minutes=11))
    for _ in range(2):
        lost = jonah.press(kept, "Book this time", note=DANGER)
    assert lost.status == 409
    assert "We are getting a person for you now." in lost.text
    assert the_flag(clinic).place == f"member:{clinic.jonah.id}"
    assert clinic.visit(cora).open(f"/staff/flags/{the_flag(clinic).id}").status == 200


def test_danger_is_heard_although_it_was_too_long_to_book(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    kept = jonah.press(jonah.open(clinic.path), "3:00 pm, Tuesday 1 December")
    refused = jonah.press(kept, "Book this time", note=DANGER + " a" * 1500)
    assert refused.status == 422
    assert "We are getting a person for you now." in refused.text
    assert the_flag(clinic).person_id == clinic.jonah.id


def test_an_alert_is_for_those_who_answer(clinic: Clinic, cora: Person) -> None:
    clinic.booked(note=DANGER)
    flag = the_flag(clinic)
    with clinic.database.write() as session:
        ines = a_practitioner(session, name="Ines")
    path = f"/staff/flags/{flag.id}"
    assert (
        "Needs a person now"
        in clinic.visit(clinic.dana).open(f"/staff/appointments/{appointment(clinic).id}").text
    )
    seen = [clinic.visit(one).open(path).status for one in (clinic.dana, cora, ines, clinic.jonah)]
    assert seen == [200, 200, 404, 403]
    first, second = clinic.visit(clinic.dana), clinic.visit(cora)
    pages = first.open(path), second.open(path)
    first.press(pages[0], "I have it")
    late = second.press(pages[1], "I have it")
    assert late.status == 409
    assert "Somebody else is already with this person." in late.text
    unsaid = first.press(first.open(path), "Keep this", reason="We talked.")
    assert "choose one of the outcomes" in unsaid.text
    assert unsaid.form_with("Keep this").fields["reason"] == ["We talked."]


def test_a_changed_form_is_a_new_version_and_answers_stay_with_theirs(clinic: Clinic, cora: Person) -> None:
    one = clinic.booked()
    jonah, visit = clinic.visit(clinic.jonah), clinic.visit(cora)
    page = jonah.open(f"/appointments/{one.id}/form")
    jonah.press(page, "Send it to Dana", **{links(clinic)[0]: "Sleep."})
    with clinic.database.read() as session:
        [form] = newest_forms(session)
    editor = visit.open(f"/admin/forms/{form.id}")
    assert (editor.unlabelled, len(editor.h1)) == ([], 1)
    turned = visit.press(editor, "Down, question 1")
    assert turned.form_with("Keep this form").fields["text-0"] == ["Have you talked with somebody before?"]
    visit.press(
        turned,
        "Keep this form",
        text_0="Have you talked with anybody before?",
        options_2="Mornings\nEvenings",
    )
    with clinic.database.read() as session:
        [newer] = newest_forms(session)
        assert (newer.slug, newer.version) == (form.slug, 2)
        assert session.get_one(Service, clinic.service.id).intake_id == newer.id
        with pytest.raises(StaleForm):
            change_form(session, form.id, "Other", ITEMS, by=cora.id, now=NOW)
    assert "Have you talked with somebody before?" in jonah.open(f"/appointments/{one.id}/form").text


def test_a_form_is_made_without_a_script(clinic: Clinic, cora: Person) -> None:
    visit = clinic.visit(cora)
    page = visit.open("/admin/forms/new")
    page = visit.press(page, "Another question", title="A few words", text_0="What brings you?")
    page = visit.press(page, "Keep this form", text_1="Which day?", type_1="choice", options_1="Monday")
    assert "2 to 20 answers to choose from" in page.text
    page = visit.press(page, "Keep this form", options_1="Monday\nFriday")
    assert page.path == "/admin/forms"
    assert "A few words" in page.text


def the_flag(clinic: Clinic) -> Flag:
    with clinic.database.read() as session:
        return session.scalars(select(Flag)).one()


def appointment(clinic: Clinic) -> Appointment:
    return clinic.appointments()[0]


def claim_and_end(clinic: Clinic, settings: Settings, by: Person, flag: Flag) -> None:
    """From the mail that calls somebody, to the page where it is claimed and ended."""
    with clinic.database.read() as session:
        [call] = owed(session, ["flag.unclaimed"])
        mail = render(session, call, settings, now=NOW)
    assert mail is not None
    assert f"/staff/flags/{flag.id}" in words_of(mail)
    visit = clinic.visit(by)
    page = visit.press(visit.open(f"/staff/flags/{flag.id}"), "I have it")
    ended = visit.press(page, "Keep this", outcome="safe", reason="We talked for an hour.")
    assert "We talked for an hour." in ended.text
