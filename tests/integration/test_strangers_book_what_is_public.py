"""Somebody new looks at free times, proves an address, and books: without a role, and no trace before."""

import re
from datetime import timedelta
from typing import Any, cast

import pytest
from flask import Flask
from sqlalchemy import func, select

from auth.people import Person, add_person, find_by_email
from foundation.audit import AuditEntry
from foundation.database import Database
from foundation.settings import Settings
from scheduling.appointments import of_member
from scheduling.occupancy import Occupancy
from scheduling.services import Service
from tests.browsing import words_of
from tests.builders.mailed import render
from tests.builders.people import a_member, a_practitioner
from tests.builders.post import owed
from tests.builders.scheduling import a_meeting, a_service, work_hours
from tests.clinic import NOW, TUESDAY_3PM, Clinic, open_clinic
from tests.pages import Page, Visit

AT_ONE = "1:00 pm, Tuesday 1 December"
ADDRESS = "nadia@example.org"


@pytest.fixture
def clinic(app: Flask, database: Database) -> Clinic:
    """Times for strangers are those of Los Angeles, where the clinic is."""
    made = open_clinic(app, database)
    with database.write() as session:
        session.get_one(Service, made.service.id).audience = "public"
        a_service(session, made.dana, slug="inside", name="For members")
    return made


def a_stranger(clinic: Clinic) -> Visit:
    return Visit(clinic.app.test_client())


def chosen(visit: Visit, clinic: Clinic) -> Page:
    return visit.press(visit.open(clinic.path), AT_ONE)


def mails(clinic: Clinic, settings: Settings, kind: str = "signin.link") -> list[str]:
    with clinic.database.read() as session:
        due = [one for one in owed(session, [kind]) if one.refs.get("email", "somebody")]
        written = [render(session, one, settings, now=NOW) for one in due]
    return [words_of(mail) for mail in written if mail is not None]


def code_in(words: str) -> str:
    found = re.search(r"\b\d{6}\b", words)
    assert found
    return found.group()


def come_in(clinic: Clinic, settings: Settings, visit: Visit, email: str = ADDRESS) -> Page:
    asked = visit.press(chosen(visit, clinic), "Mail me a code", name="Nadia Solberg", email=email)
    return visit.press(asked, "Sign in", code=code_in(mails(clinic, settings)[-1]))


def guest(clinic: Clinic, email: str = ADDRESS) -> Person:
    with clinic.database.read() as session:
        found = find_by_email(session, email)
    assert found is not None
    return found


def count(clinic: Clinic, table: type[Any]) -> int:
    with clinic.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_stranger_books_in_three_steps(clinic: Clinic, settings: Settings) -> None:
    visit = a_stranger(clinic)
    page = chosen(visit, clinic)
    assert "Tuesday 1 December, 1:00 pm, Los Angeles (PST), with Dana. Nothing is booked yet." in page.text
    assert (page.unlabelled, len(page.h1)) == ([], 1)
    kept = come_in(clinic, settings, visit)
    assert "Kept for you until" in kept.text
    assert "Tuesday 1 December" in kept.text
    done = visit.press(kept, "Book this time", note="See you then.")
    assert done.h1 == ["Booked"]
    nadia = guest(clinic)
    with clinic.database.read() as session:
        [one] = of_member(session, nadia.id)
    assert (nadia.name, nadia.roles, one.note) == ("Nadia Solberg", frozenset(), "See you then.")
    assert "Follow-up with Dana Whitlock" in visit.open("/appointments").text


def test_a_guest_in_danger_is_led_to_their_own_line(clinic: Clinic, settings: Settings) -> None:
    visit = a_stranger(clinic)
    done = visit.press(come_in(clinic, settings, visit), "Book this time", note="I want to kill myself.")
    line = visit.open(done.link("Write with whoever answers"))
    assert (line.status, line.h1) == (200, ["Between you and us"])
    assert "Can you call me?" in visit.press(line, "Send it to us", text="Can you call me?").text


def test_nothing_is_kept_before_the_address_is_proven(clinic: Clinic, settings: Settings) -> None:
    before = count(clinic, Person), count(clinic, Occupancy)
    visit = a_stranger(clinic)
    visit.press(chosen(visit, clinic), "Mail me a code", name="Nadia", email=ADDRESS)
    assert (count(clinic, Person), count(clinic, Occupancy)) == before
    link = re.search(r"/sign-in/\S+", mails(clinic, settings)[-1])
    assert link
    visit.open(link.group())
    assert (count(clinic, Person), count(clinic, Occupancy)) == before, "a GET signs nobody in"
    kept = visit.press(visit.open(link.group()), "Sign in")
    assert "Kept for you until" in kept.text


def test_known_and_unknown_addresses_get_one_answer_and_one_mail(clinic: Clinic, settings: Settings) -> None:
    answers = []
    for email in (clinic.jonah.email, ADDRESS):
        visit = a_stranger(clinic)
        asked = visit.press(chosen(visit, clinic), "Mail me a code", name="Nadia", email=email)
        answers.append((asked.status, asked.path, asked.text))
    assert answers[0] == answers[1]
    first, second = (re.sub(r"\d{6}|/sign-in/\S+", "", words) for words in mails(clinic, settings))
    assert first == second


def test_a_member_who_is_not_signed_in_comes_in_as_themselves(clinic: Clinic, settings: Settings) -> None:
    visit = a_stranger(clinic)
    kept = come_in(clinic, settings, visit, clinic.jonah.email)
    visit.press(kept, "Book this time")
    [one] = clinic.appointments()
    assert one.member_id == clinic.jonah.id
    with clinic.database.read() as session:
        assert [one.name for one in session.scalars(select(Person)) if one.name == "Nadia Solberg"] == []


def test_somebody_who_has_left_gets_no_mail(clinic: Clinic, settings: Settings) -> None:
    with clinic.database.write() as session:
        session.get_one(Person, clinic.jonah.id).departed_at = NOW
    visit = a_stranger(clinic)
    asked = visit.press(chosen(visit, clinic), "Mail me a code", name="Jonah", email=clinic.jonah.email)
    assert asked.path == "/sign-in/code"
    assert mails(clinic, settings) == []


def test_two_mails_of_one_newcomer_make_one_guest(clinic: Clinic, settings: Settings) -> None:
    visits = a_stranger(clinic), a_stranger(clinic)
    for visit in visits:
        visit.press(chosen(visit, clinic), "Mail me a code", name="Nadia", email=ADDRESS)
    for words in mails(clinic, settings):
        link = re.search(r"/sign-in/\S+", words)
        assert link
        own = visits[0] if visits[0].open(link.group()).status == 200 else visits[1]
        assert own.press(own.open(link.group()), "Sign in").status == 200
    assert [visit.open("/account").path for visit in visits] == ["/account"] * 2
    with clinic.database.read() as session:
        joined = session.scalars(select(AuditEntry).where(AuditEntry.action == "person.joined")).all()
    assert [one.object_id for one in joined] == [guest(clinic).id]


def test_a_time_lost_meanwhile_is_said_after_signing_in(clinic: Clinic, settings: Settings) -> None:
    visit = a_stranger(clinic)
    asked = visit.press(chosen(visit, clinic), "Mail me a code", name="Nadia", email=ADDRESS)
    clinic.taken_by_another()
    page = visit.press(asked, "Sign in", code=code_in(mails(clinic, settings)[-1]))
    assert "That time cannot be booked" in page.text
    assert "Kept for you" in visit.press(page, "2:00 pm, Tuesday 1 December").text


@pytest.mark.parametrize("path", ["/book/inside", "/book/nothing", "/book/inside/you", "/book/nothing/you"])
def test_what_is_not_public_says_nothing_to_strangers(clinic: Clinic, path: str) -> None:
    answer = clinic.app.test_client().get(path)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=")


def test_guests_see_their_own_and_nothing_else(clinic: Clinic, settings: Settings) -> None:
    with clinic.database.write() as session:
        meeting = a_meeting(session, slug="inside-evening")
        other = clinic.jonah
        open_meeting = a_meeting(session, slug="open-evening", audience="open")
    theirs = clinic.booked(TUESDAY_3PM + timedelta(hours=1))
    visit = a_stranger(clinic)
    come_in(clinic, settings, visit)
    seen = {
        path: visit.open(path).status
        for path in (
            "/appointments", "/account", "/help", "/book/follow-up", "/book/inside", "/staff/",
            f"/meetings/{meeting.slug}", f"/meetings/{meeting.slug}/live", f"/meetings/{open_meeting.slug}",
            f"/appointments/{theirs.id}", "/admin/services",
        )
    }  # fmt: skip
    assert list(seen.values()) == [200, 200, 200, 200, 404, 403, 404, 403, 200, 404, 403]
    assert "inside-evening" not in visit.open("/meetings").text
    assert other.name not in visit.open("/appointments").text
    links = [text for text in visit.open("/appointments").links if text in {"Home", "Meetings", "Calendar"}]
    assert links == ["Calendar"]


def test_a_name_and_an_address_are_asked_for_in_words(clinic: Clinic) -> None:
    visit = a_stranger(clinic)
    refused = visit.press(chosen(visit, clinic), "Mail me a code", name="", email="nadia")
    assert refused.status == 422
    assert "Write the name that we call you by." in refused.text
    assert refused.form_with("Mail me").fields["email"] == ["nadia"]
    assert refused.form_with("Mail me").fields["slot"]


def test_a_number_is_asked_for_where_one_is_needed(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        call = a_service(session, clinic.dana, slug="call", name="Short call", mode="phone", step_minutes=60)
    jonah = clinic.visit(clinic.jonah)
    video = jonah.press(jonah.open(clinic.path), "3:00 pm, Tuesday 1 December")
    assert "If the video fails, phone me on" in video.text
    kept = jonah.press(jonah.open(f"/book/{call.slug}"), "4:00 pm, Tuesday 1 December")
    refused = jonah.press(kept, "Book this time", note="Hello")
    assert "Write the number to call, with its area code." in refused.text
    assert refused.form_with("Book this time").fields["note"] == ["Hello"]
    done = jonah.press(refused, "Book this time", phone="312 555 0100")
    assert "Dana phones" in done.text
    with clinic.database.read() as session:
        assert session.get_one(Person, clinic.jonah.id).phone == "+13125550100"


def test_a_member_asked_to_choose_sees_what_others_do_not(clinic: Clinic, settings: Settings) -> None:
    with clinic.database.write() as session:
        asked_only = a_service(
            session, clinic.dana, slug="asked", name="Asked only", audience="invitation", step_minutes=60
        )
        priya = a_member(session, name="Priya", timezone="America/Chicago")
    dana, jonah, other = (clinic.visit(one) for one in (clinic.dana, clinic.jonah, priya))
    assert jonah.open("/book/asked").status == 404
    page = dana.open(f"/staff/book/{clinic.jonah.id}/asked")
    assert (page.unlabelled, len(page.h1)) == ([], 1)
    asked = dana.press(page, "Ask Jonah")
    assert "They get a mail that says they can choose a time." in asked.text
    [mail] = mails(clinic, settings, "service.invitation")
    assert "You can choose a time" in mail
    assert "Asked only" not in mail
    assert "Asked only" in jonah.open("/book").text
    assert other.open("/book/asked").status == 404
    token = other.open(clinic.path).forms[-1].fields["csrf_token"][0]
    sent = {"csrf_token": token, "slot": f"{clinic.dana.id}.20261201T2100Z", "time": ""}
    sent["time"] = sent["slot"]
    for path in ("/book/asked/hold", "/book/asked"):
        assert cast(Any, other.client).post(path, data=sent).status_code == 404
    kept = jonah.press(jonah.open(f"/book/{asked_only.slug}"), "3:00 pm, Tuesday 1 December")
    taken_back = dana.press(dana.open(f"/staff/book/{clinic.jonah.id}/asked"), "Take back")
    assert "Taken back." in taken_back.text
    assert jonah.press(kept, "Book this time").status == 404
    assert clinic.appointments() == []


def test_staff_book_an_invited_only_service_without_asking(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        a_service(session, clinic.dana, slug="asked", name="Asked", audience="invitation", step_minutes=60)
    clinic.set_clock(NOW + timedelta(minutes=1))
    dana = clinic.visit(clinic.dana)
    page = dana.press(dana.open(f"/staff/book/{clinic.jonah.id}/asked"), "1:00 pm, Tuesday 1 December")
    dana.press(page, "Book it")
    assert len(clinic.appointments()) == 1


def test_a_guest_is_not_asked_to_choose(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        nadia = add_person(session, email=ADDRESS, name="Nadia", roles=(), now=NOW)
        ines = work_hours(session, a_practitioner(session, name="Ines"))
    visit = clinic.visit(ines)
    assert visit.open(f"/staff/book/{nadia.id}/follow-up").status == 404
