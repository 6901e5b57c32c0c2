"""What a page refuses or hears, the API and the pages beside it refuse and hear as well."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from auth.people import Person, Role, add_person
from foundation.database import Database
from safety.flags import Flag
from scheduling.appointments import cancel, find_appointment
from scheduling.groups import add_group
from scheduling.memberships import join_group, leave_group
from scheduling.questionnaires import Item, add_form, newest_forms
from scheduling.service_invitations import NotInvited, invite, take_back
from scheduling.services import Audience, Service
from scheduling.waitlist import accept_offer, find_wait, join_waitlist
from tests.builders.people import a_coordinator, a_member, a_person
from tests.builders.scheduling import a_service, a_working_practitioner
from tests.clinic import NOW, TUESDAY_3PM, Clinic
from tests.pages import read_page
from tests.program import program_for, refused, wish
from web.slot_days import write_choice

DANGER = "I want to kill myself tonight."
AT_NIGHT = TUESDAY_3PM + timedelta(hours=9)
WEEKLY = {"rrule": "FREQ=WEEKLY;COUNT=2"}


@pytest.fixture
def ines(clinic: Clinic) -> Person:
    """A colleague of Dana's."""
    with clinic.database.write() as session:
        return a_working_practitioner(session, name="Ines Moor")


def heard(clinic: Clinic) -> list[str]:
    """What was written and waits for a person."""
    with clinic.database.read() as session:
        return [one.text for one in session.scalars(select(Flag))]


@pytest.mark.parametrize("path", ["/appointments", "/series"])
def test_a_colleagues_rules_are_not_set_aside_by_a_program(clinic: Clinic, ines: Person, path: str) -> None:
    order = wish(clinic, AT_NIGHT, member=clinic.jonah.id, override="They asked.")
    more = WEEKLY if path == "/series" else {}
    assert refused(program_for(clinic, ines).post(path, order | more)) == (403, "not_allowed")
    assert clinic.appointments() == []
    assert program_for(clinic, clinic.dana).post(path, order | more).status_code == 201


def test_a_guest_takes_single_times_and_no_year_of_them(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        gus = add_person(session, email="gus@example.org", name="Gus", roles=(), timezone="UTC", now=NOW)
        a_service(session, clinic.dana, slug="open", audience=Audience.PUBLIC.value)
    guest = program_for(clinic, gus)
    weekly = wish(clinic, service="open", rrule="FREQ=WEEKLY;COUNT=8")
    assert refused(guest.post("/series", weekly)) == (403, "not_allowed")
    assert guest.post("/appointments", wish(clinic, service="open")).status_code == 201


def test_a_guest_takes_three_times_and_no_calendar(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        gus = add_person(session, email="gus@example.org", name="Gus", roles=(), timezone="UTC", now=NOW)
        a_service(session, clinic.dana, slug="open", audience=Audience.PUBLIC.value)
    guest = program_for(clinic, gus)
    days = [TUESDAY_3PM + timedelta(days=one) for one in range(4)]
    first, second, third, fourth = [wish(clinic, day, service="open") for day in days]
    assert [guest.post("/appointments", one).status_code for one in (first, second, third)] == [201] * 3
    assert refused(guest.post("/appointments", fourth)) == (422, "enough_ahead")
    assert refused(guest.post("/holds", fourth)) == (422, "enough_ahead")


def test_nobody_notes_at_the_desk_whether_they_came_themselves(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        both = a_person(session, name="Noor", roles=[Role.MEMBER, Role.PRACTITIONER])
    one = clinic.booked(member=both)
    clinic.set_clock(TUESDAY_3PM + timedelta(minutes=5))
    noor = clinic.visit(both)
    page = noor.open("/account")
    sent = noor.client.post(f"/staff/appointments/{one.id}/fulfil", data=_token(page))
    assert sent.status_code == 404
    with clinic.database.read() as session:
        assert find_appointment(session, one.id).status == "booked"


@pytest.mark.parametrize("path", ["/appointments", "/series"])
def test_a_note_is_heard_although_the_time_was_gone(clinic: Clinic, path: str) -> None:
    clinic.taken_by_another()
    more = WEEKLY if path == "/series" else {}
    gone = program_for(clinic).post(path, wish(clinic, note=DANGER) | more)
    assert gone.status_code == 409
    assert heard(clinic) == [DANGER]


def test_a_reason_to_cancel_is_heard(clinic: Clinic) -> None:
    one = clinic.booked()
    done = program_for(clinic).post(f"/appointments/{one.id}/cancel", {"reason": DANGER})
    assert done.status_code == 200
    assert heard(clinic) == [DANGER]


def test_an_answer_is_heard_although_the_session_was_cancelled(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        form = add_form(session, "Before we meet", [Item("What helps?")], by=clinic.dana.id, now=NOW)
        session.get_one(Service, clinic.service.id).intake_id = form.id
    one = clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open(f"/appointments/{one.id}/form")
    with clinic.database.write() as session:
        link = newest_forms(session)[0].items[0]["link_id"]
        cancel(session, one.id, by=clinic.dana.id, now=NOW)
    jonah.press(page, "Send it to Dana", **{f"q-{link}": DANGER})
    assert heard(clinic) == [DANGER]


def test_a_note_is_for_the_one_who_sees_them_in_the_api_too(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        cora = a_coordinator(session)
    one = clinic.booked(note="Only Dana reads it.")
    here = f"/appointments/{one.id}"
    assert program_for(clinic, cora).get(here).get_json()["note"] == ""
    assert program_for(clinic, clinic.dana).get(here).get_json()["note"] == "Only Dana reads it."
    assert program_for(clinic).get(here).get_json()["note"] == "Only Dana reads it."


def test_a_made_up_pass_never_reaches_the_one_writer(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = clinic.app.test_client()
    token = _token(read_page(stranger.get("/sign-in")))

    def refuse(*_args: object) -> None:
        raise AssertionError("a write was begun for a stranger's invention")

    monkeypatch.setattr(Database, "change", refuse)
    sent = token | {"slot": write_choice(clinic.dana.id, TUESDAY_3PM)}
    assert stranger.post("/again/made.up.pass", data=sent).status_code == 404


class Circle:
    """Dana's Tuesdays at six; Ines offers the service too. Priya waits for a seat."""

    def __init__(self, clinic: Clinic, ines: Person, **service: object) -> None:
        with clinic.database.write() as session:
            self.service = a_service(session, clinic.dana, ines, name="Small group", seats=3, **service)
            self.group = add_group(
                session,
                service_id=self.service.id,
                practitioner_id=clinic.dana.id,
                title="Tuesday circle",
                timezone="America/Los_Angeles",
                weekday=1,
                minute_of_day=18 * 60,
                minutes=50,
                first_date=date(2026, 12, 1),
                by=clinic.dana.id,
                now=NOW,
            )
            self.priya = a_member(session, name="Priya Quiet")
            self.wait = join_waitlist(
                session,
                member_id=self.priya.id,
                service_id=self.service.id,
                series_id=self.group.id,
                by=self.priya.id,
                now=NOW,
            )


def test_who_waits_for_a_colleagues_group_is_the_colleagues_to_see(clinic: Clinic, ines: Person) -> None:
    circle = Circle(clinic, ines)
    desk = clinic.visit(ines)
    page = desk.open("/staff/waitlist")
    assert "Priya" not in page.text
    assert "Priya" in clinic.visit(clinic.dana).open("/staff/waitlist").text
    gone = desk.client.post(f"/staff/waitlist/{circle.wait.id}/remove", data=_token(page))
    assert gone.status_code == 404


def test_an_offer_of_a_group_ends_with_the_invitation(clinic: Clinic, ines: Person) -> None:
    circle = Circle(clinic, ines, audience=Audience.INVITATION.value)
    by = {"by": clinic.dana.id, "now": NOW}
    with clinic.database.write() as session:
        for name in ("Ana", "Ben", "Cleo"):
            seated = a_member(session, name=name)
            join_group(session, circle.group.id, seated.id, from_date=date.min, **by)  # type: ignore[arg-type]
        invite(session, service_id=circle.service.id, member_id=circle.priya.id, **by)  # type: ignore[arg-type]
        leave_group(session, circle.group.id, seated.id, **by)  # type: ignore[arg-type]
        assert find_wait(session, circle.wait.id).state == "offered"
        take_back(session, service_id=circle.service.id, member_id=circle.priya.id, **by)  # type: ignore[arg-type]
    with clinic.database.write() as session, pytest.raises(NotInvited):
        accept_offer(session, circle.wait.id, by=circle.priya.id, now=NOW)


def _token(page: object) -> dict[str, str]:
    found = [form.fields["csrf_token"][0] for form in page.forms if "csrf_token" in form.fields]  # type: ignore[attr-defined]
    return {"csrf_token": found[0]} if found else {}
