"""At the desk a time is booked against the rules with a reason, openly, and never over something else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.people import Role
from foundation.audit import AuditEntry
from scheduling.blocks import add_block
from tests.builders.people import a_member, a_person, a_practitioner
from tests.builders.scheduling import a_service, work_hours
from tests.clinic import NOW, TUESDAY_3PM, Clinic
from tests.pages import Page, Visit

SIX_PM = TUESDAY_3PM + timedelta(hours=5)
"""Tuesday six in the evening for Dana, who works until five."""


def desk(clinic: Clinic) -> str:
    return f"/staff/book/{clinic.jonah.id}/{clinic.service.slug}"


def looked_at(clinic: Clinic, dana: Visit, day: str = "2026-12-01", time: str = "18:00") -> Page:
    return dana.press(dana.open(desk(clinic)), "Look", day=day, time=time)


def booking_entry(clinic: Clinic) -> AuditEntry:
    with clinic.database.read() as session:
        return session.scalars(select(AuditEntry).where(AuditEntry.action == "appointment.book")).one()


def test_another_time_inside_the_rules_is_a_time_like_any_other(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    asked = looked_at(clinic, dana, time="14:00")
    dana.press(asked, "Book it")
    [one] = clinic.appointments()
    assert (one.starts_at, one.override_reason) == (TUESDAY_3PM + timedelta(hours=1), None)


def test_a_time_outside_the_hours_names_the_rule_and_asks_why(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    asked = looked_at(clinic, dana)
    assert "The rules are against this time. It is outside the working hours" in asked.text
    unreasoned = dana.press(asked, "Book it all the same", note="See you then.")
    assert unreasoned.status == 422
    assert "Write one line: why this time" in unreasoned.text
    assert unreasoned.form_with("Book it all the same").fields["note"] == ["See you then."]
    assert clinic.appointments() == []
    dana.press(unreasoned, "Book it all the same", reason="Works until half past five.")
    [one] = clinic.appointments()
    assert (one.starts_at, one.override_reason) == (SIX_PM, "Works until half past five.")
    assert booking_entry(clinic).detail == {"on_behalf": True, "set_aside": ["not_a_slot"]}


def test_the_member_does_not_read_the_reason(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    dana.press(looked_at(clinic, dana), "Book it all the same", reason="A favour.")
    [one] = clinic.appointments()
    page = clinic.visit(clinic.jonah).open(f"/appointments/{one.id}")
    assert "A favour" not in page.text
    assert "A favour" in clinic.visit(clinic.dana).open(f"/staff/appointments/{one.id}").text


@pytest.mark.parametrize("kind", ["booked", "blocked", "theirs"])
def test_nothing_is_ever_booked_over_something(clinic: Clinic, kind: str) -> None:
    if kind == "booked":
        clinic.taken_by_another()
    if kind == "blocked":
        with clinic.database.write() as session:
            end = TUESDAY_3PM + timedelta(hours=1)
            add_block(
                session,
                practitioner_id=clinic.dana.id,
                starts_at=TUESDAY_3PM,
                ends_at=end,
                by=clinic.dana.id,
                now=NOW,
            )
    if kind == "theirs":
        with clinic.database.write() as session:
            other = work_hours(session, a_practitioner(session, name="Ines"))
            service = a_service(session, other)
        clinic.booked(practitioner=other, service=service)
    asked = looked_at(clinic, clinic.visit(clinic.dana), time="13:15")
    assert "Nothing can be booked over it." in asked.text
    with pytest.raises(LookupError):
        asked.form_with("Book it all the same")


def test_a_reason_does_not_open_a_time_that_went_meanwhile(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    asked = looked_at(clinic, dana, time="13:15")
    clinic.taken_by_another()
    lost = dana.press(asked, "Book it all the same", reason="Please.")
    assert lost.status == 409
    assert clinic.appointments() == []


def test_nonsense_is_said_at_its_field(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    assert "That is not a day." in looked_at(clinic, dana, day="2026-02-30").text
    assert "skip this time" in looked_at(clinic, dana, day="2027-03-14", time="02:30").text
    past = looked_at(clinic, dana, day="2026-11-20")
    assert "That time is over." in past.text


def test_only_whoever_keeps_the_calendar_sets_its_rules_aside(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        ines = a_practitioner(session, name="Ines")
        ruth = a_person(session, Role.COORDINATOR, name="Ruth")
    asked = looked_at(clinic, clinic.visit(clinic.dana))
    hers = clinic.visit(ines)
    page = hers.press(hers.open(desk(clinic)), "Look", day="2026-12-01", time="18:00")
    with pytest.raises(LookupError):
        page.form_with("Book it all the same")
    sent = asked.form_with("Book it all the same").fields | {
        "reason": ["Because."],
        "csrf_token": _token(page),
    }
    assert hers.client.post(desk(clinic), data=sent).status_code == 403
    assert clinic.appointments() == []
    visit = clinic.visit(ruth)
    page = visit.press(visit.open(desk(clinic)), "Look", day="2026-12-01", time="18:00")
    visit.press(page, "Book it all the same", reason="Agreed with Dana.")
    assert len(clinic.appointments()) == 1


def test_the_time_chosen_in_the_calendar_comes_along(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        a_service(session, clinic.dana, slug="call", name="Call", minutes=20)
        a_member(session, name="Priya Nair")
    dana = clinic.visit(clinic.dana)
    empty = dana.open("/staff/add?day=2026-12-08&time=10:00")
    found = dana.press(dana.open(empty.link("Book somebody here")), "Find", name="jonah")
    what = dana.open(found.link("Jonah Reed"))
    asked = dana.open(what.link("Follow-up"))
    assert "Tuesday 8 December 10:00 am" in asked.text
    dana.press(asked, "Book it")
    assert len(clinic.appointments()) == 1


def _token(page: Page) -> list[str]:
    return next(form.fields["csrf_token"] for form in page.forms if "csrf_token" in form.fields)
