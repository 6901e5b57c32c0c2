"""A therapist works in the calendar without a script: blocks time, moves to a chosen time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from auth.people import Role
from foundation.audit import AuditEntry
from foundation.outbox import Delivery
from scheduling.appointments import Appointment, find_appointment
from scheduling.blocks import TimeBlock
from scheduling.groups import add_group
from tests.builders.people import a_member, a_moderator, a_person, a_practitioner
from tests.builders.scheduling import a_meeting, a_service, work_hours
from tests.builders.week import HOUR, ONE_PM, TUESDAY, WEEK, blocked, coordinator
from tests.clinic import NOW, Clinic
from tests.pages import Page, Visit


def at(one: Appointment, day: str, time: str) -> str:
    return f"/staff/appointments/{one.id}/move-to?day={day}&time={time}"


def actions(clinic: Clinic) -> list[tuple[str, str | None]]:
    with clinic.database.read() as session:
        return [(one.action, one.actor_id) for one in session.scalars(select(AuditEntry))]


def test_a_chosen_time_is_asked_about_before_anything_moves(clinic: Clinic) -> None:
    one = clinic.booked()
    dana = clinic.visit(clinic.dana)
    asked = dana.open(at(one, "2026-12-02", "15:00"))
    assert asked.h1 == ["Move Jonah R. to Wednesday 2 December, 3:00 pm?"]
    assert "Jonah gets a mail" in asked.text
    week = dana.press(asked, "Move it here")
    assert week.path == "/staff/?day=2026-12-02"
    assert "Moved to Wednesday 2 December, 3:00 pm." in week.text
    with clinic.database.read() as session:
        moved = find_appointment(session, one.id)
        mails = session.scalars(select(Delivery).where(Delivery.kind == "appointment.moved")).all()
    assert (moved.starts_at, moved.override_reason) == (ONE_PM + timedelta(days=1, hours=2), None)
    assert {mail.refs["to"] for mail in mails} == {clinic.jonah.id, clinic.dana.id}


def test_a_taken_time_offers_others_and_cannot_be_forced(clinic: Clinic) -> None:
    one = clinic.booked()
    clinic.taken_by_another(ONE_PM + HOUR)
    dana = clinic.visit(clinic.dana)
    asked = dana.open(at(one, str(TUESDAY), "14:00"))
    assert "Something stands there already" in asked.text
    with pytest.raises(LookupError):
        asked.form_with("Move it all the same")
    near = dana.open(asked.link("Tue 1 Dec, 12:00 pm"))
    assert near.h1 == ["Move Jonah R. to Tuesday 1 December, 12:00 pm?"]


def test_a_time_against_the_rules_needs_a_reason_and_leaves_a_trail(clinic: Clinic) -> None:
    one = clinic.booked()
    dana = clinic.visit(clinic.dana)
    asked = dana.open(at(one, str(TUESDAY), "18:15"))
    assert "The rules are against this time" in asked.text
    assert "outside the working hours" in asked.text
    assert asked.link("Tue 1 Dec, 4:00 pm") == at(one, str(TUESDAY), "16%3A00")
    without = dana.press(asked, "Move it all the same", reason=" ")
    assert without.status == 422
    dana.press(asked, "Move it all the same", reason="Her shift ends at six.")
    with clinic.database.read() as session:
        moved = find_appointment(session, one.id)
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "appointment.move")).all()
    assert moved.starts_at == ONE_PM + timedelta(hours=5, minutes=15)
    assert moved.override_reason == "Her shift ends at six."
    assert entry.detail["set_aside"] == ["not_a_slot"]
    assert "shift" not in str(entry.detail)


def test_an_old_question_moves_nothing(clinic: Clinic) -> None:
    one = clinic.booked()
    dana = clinic.visit(clinic.dana)
    old = dana.open(at(one, "2026-12-02", "15:00"))
    dana.press(dana.open(at(one, "2026-12-03", "15:00")), "Move it here")
    stale = dana.press(old, "Move it here")
    assert stale.status == 409
    assert "This appointment was changed meanwhile." in stale.text
    assert stale.form_with("Move it here")


def test_a_time_that_does_not_exist_or_is_over_is_said(clinic: Clinic) -> None:
    one = clinic.booked()
    dana = clinic.visit(clinic.dana)
    assert "skip this time" in dana.open(at(one, "2027-03-14", "02:30")).text
    past = dana.open(at(one, "2026-11-20", "10:00"))
    assert "That time is over." in past.text
    with pytest.raises(LookupError):
        past.form_with("Move it all the same")


def test_a_day_by_itself_says_what_is_free(clinic: Clinic) -> None:
    clinic.booked()
    blocked(clinic, ONE_PM + 2 * HOUR)
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"{WEEK}&view=day")
    assert "9:00 am to 1:00 pm" in page.links
    assert "1:50 to 3:00 pm" in page.links
    assert page.link("Day after").startswith("/staff/?day=2026-12-02&view=day")
    assert "Mon" not in page.text


def test_a_coordinator_chooses_whose_calendar_and_leaves_a_trail(clinic: Clinic) -> None:
    clinic.booked()
    ruth = coordinator(clinic)
    visit = clinic.visit(ruth)
    home = visit.open("/staff/")
    assert home.h1 == ["Whose calendar?"]
    week = visit.open(f"{home.link('Dana Whitlock')}&day={TUESDAY}")
    assert "Dana Whitlock." in week.text
    assert "1:00 pm J.R." in week.text
    assert ("week.read", ruth.id) in actions(clinic)
    page = visit.open(f"/staff/add?day={TUESDAY}&time=15:00&who={clinic.dana.id}")
    back = visit.press(page, "Block this time")
    assert f"who={clinic.dana.id}" in back.path
    assert ("block.add", ruth.id) in actions(clinic)


def test_a_practitioner_keeps_no_colleagues_calendar(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        ines = a_practitioner(session, name="Ines")
    block, one = blocked(clinic), clinic.booked(ONE_PM + timedelta(days=1))
    visit = clinic.visit(ines)
    hers = (f"{WEEK}&who={clinic.dana.id}", f"/staff/add?who={clinic.dana.id}", f"/staff/blocks/{block.id}")
    for path in (*hers, f"/staff/blocks/{block.id}/move-to", at(one, "2026-12-02", "15:00")):
        assert visit.open(path).status == 404, path
    assert clinic.visit(clinic.jonah).open(f"/staff/blocks/{block.id}").status == 403
    assert clinic.visit(clinic.jonah).open(at(one, "2026-12-02", "15:00")).status == 403


def test_whoever_sees_no_members_is_offered_nothing_that_is_refused(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        mo = a_moderator(session)
        ruth = a_person(session, Role.COORDINATOR, name="Ruth")
    page = clinic.visit(mo).open("/staff/")
    assert not [href for href in page.links.values() if "/staff/add" in href or "/staff/book" in href]
    assert clinic.visit(ruth).open("/staff/add").h1 == ["Whose calendar?"]


def test_nobody_moves_their_own_appointment_against_the_rules(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        both = a_person(session, name="Noor", roles=[Role.MEMBER, Role.PRACTITIONER])
    one = clinic.booked(member=both)
    assert clinic.visit(both).open(at(one, str(TUESDAY), "18:00")).status == 404


def test_hours_that_are_worked_are_drawn_and_the_rest_is_shaded(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        work_hours(session, clinic.dana, [])
        nobody = a_member(session, name="Priya")
        a_meeting(session, hosts=[clinic.dana])
    assert nobody
    body = clinic.visit(clinic.dana).client.get(WEEK).text
    assert 'data-kind="shut"' not in body
    with clinic.database.write() as session:
        work_hours(session, clinic.dana)
    body = clinic.visit(clinic.dana).client.get(WEEK).text
    assert body.count('data-kind="shut"') == 10


def test_every_page_of_the_calendar_has_one_heading_and_names_its_controls(clinic: Clinic) -> None:
    one, block = clinic.booked(), blocked(clinic, ONE_PM + 2 * HOUR)
    dana = clinic.visit(clinic.dana)
    for page in _pages(dana, one, block):
        assert page.status == 200, page.path
        assert len(page.h1) == 1, page.path
        assert page.unlabelled == [], page.path


def test_a_group_stands_in_the_week_and_one_date_moves(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        service = a_service(session, clinic.dana, name="Evening group", seats=8)
        group = add_group(
            session,
            service_id=service.id,
            practitioner_id=clinic.dana.id,
            title="Tuesday circle",
            timezone="America/Los_Angeles",
            weekday=1,
            minute_of_day=18 * 60,
            minutes=60,
            first_date=TUESDAY,
            by=clinic.dana.id,
            now=NOW,
        )
    dana = clinic.visit(clinic.dana)
    path = dana.open(WEEK).link("6:00 pm Tuesday circle")
    assert path.startswith(f"/staff/groups/{group.id}/dates/")
    asked = dana.open(f"{path}/move-to?day=2026-12-02&time=17:30")
    assert asked.h1 == ["Move Tuesday circle to Wednesday 2 December, 5:30 pm?"]
    dana.press(asked, "Move it here")
    assert "5:30 pm Tuesday circle 0 of 8" in dana.open(WEEK).text
    with clinic.database.write() as session:
        ines = a_practitioner(session, name="Ines")
    assert clinic.visit(ines).open(f"{path}/move-to").status == 404
    assert dana.open("/staff/groups/nothing/dates/nothing/move-to").status == 404


def _pages(dana: Visit, one: Appointment, block: TimeBlock) -> list[Page]:
    paths = [f"{WEEK}&view=day", "/staff/add", f"/staff/blocks/{block.id}", at(one, str(TUESDAY), "18:00")]
    paths += [f"/staff/blocks/{block.id}/move-to", f"/staff/appointments/{one.id}/move-to"]
    return [dana.open(path) for path in paths]
