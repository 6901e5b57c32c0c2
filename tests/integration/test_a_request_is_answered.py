"""A member asks for a time; the therapist finds it waiting and says yes, or no in kind words."""

import pytest
from flask import Flask

from auth.people import Role
from foundation.database import Database
from scheduling.appointments import Appointment, Status, find_appointment
from tests.builders.people import a_person, a_practitioner
from tests.clinic import TUESDAY_3PM, Clinic, open_clinic

WEEK = "/staff/?day=2026-12-01"


@pytest.fixture
def clinic(app: Flask, database: Database) -> Clinic:
    made = open_clinic(app, database)
    with database.write() as session:
        session.merge(made.service).approval = True
    return made


@pytest.fixture
def asked(clinic: Clinic) -> Appointment:
    return clinic.booked(TUESDAY_3PM)


def status(clinic: Clinic, one: Appointment) -> str:
    with clinic.database.read() as session:
        return find_appointment(session, one.id).status


def test_a_request_waits_in_the_week_and_yes_books_it(clinic: Clinic, asked: Appointment) -> None:
    assert status(clinic, asked) == Status.PENDING
    dana = clinic.visit(clinic.dana)
    week = dana.open(WEEK)
    assert "Waiting for your yes, 1" in week.text
    assert "1:00 pm J.R. Waits for a yes" in week.text
    after = dana.press(week, "Yes, book it")
    assert after.path == WEEK
    assert "Booked. Jonah gets a mail with the time." in after.text
    assert "Waiting for your yes" not in after.text
    assert status(clinic, asked) == Status.BOOKED


def test_no_asks_for_a_word_and_gives_the_time_back(clinic: Clinic, asked: Appointment) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/appointments/{asked.id}")
    assert page.form_with("Yes, book it")
    question = dana.open(page.link("Decline"))
    assert question.h1 == ["Decline Tuesday 1 December, 1:00 pm?"]
    after = dana.press(question, "Decline it", reason="I am away that day.")
    assert "Declined. Jonah gets a kind mail" in after.text
    with clinic.database.read() as session:
        one = find_appointment(session, asked.id)
    assert (one.status, one.cancel_reason) == (Status.CANCELLED, "I am away that day.")
    jonah = clinic.visit(clinic.jonah).open(f"/appointments/{asked.id}")
    assert "“I am away that day.”" in jonah.text


def test_an_answer_is_given_once(clinic: Clinic, asked: Appointment) -> None:
    dana = clinic.visit(clinic.dana)
    question = dana.open(f"/staff/appointments/{asked.id}/decline")
    dana.press(dana.open(WEEK), "Yes, book it")
    late = dana.press(question, "Decline it")
    assert late.status == 409
    assert "This was answered already" in late.text
    assert status(clinic, asked) == Status.BOOKED


def test_a_long_word_is_sent_back_as_it_was_typed(clinic: Clinic, asked: Appointment) -> None:
    dana = clinic.visit(clinic.dana)
    question = dana.open(f"/staff/appointments/{asked.id}/decline")
    refused = dana.press(question, "Decline it", reason="x" * 501)
    assert refused.status == 422
    assert refused.form_with("Decline it").fields["reason"] == ["x" * 501]
    assert status(clinic, asked) == Status.PENDING


def test_only_the_one_who_is_asked_and_coordinators_answer(clinic: Clinic, asked: Appointment) -> None:
    with clinic.database.write() as session:
        colleague = a_practitioner(session, name="Ines")
        coordinator = a_person(session, Role.COORDINATOR, name="Ruth")
    path = f"/staff/appointments/{asked.id}/decline"
    assert clinic.visit(colleague).open(path).status == 404
    assert clinic.visit(clinic.jonah).open(path).status == 403
    ruth = clinic.visit(coordinator)
    ruth.press(ruth.open(f"{WEEK}&who={clinic.dana.id}"), "Yes, book it")
    assert status(clinic, asked) == Status.BOOKED


def test_nobody_says_yes_to_themselves(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        both = a_person(session, name="Noor", roles=[Role.MEMBER, Role.PRACTITIONER])
    one = clinic.booked(TUESDAY_3PM, member=both)
    assert clinic.visit(both).open(f"/staff/appointments/{one.id}/decline").status == 404
