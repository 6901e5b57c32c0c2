"""A therapist works in the calendar without a script: blocks time, moves to a chosen time."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from auth.people import Person, Role
from foundation.audit import AuditEntry
from foundation.database import Database
from foundation.outbox import Delivery
from scheduling.appointments import Appointment, find_appointment
from scheduling.blocks import TimeBlock, blocks_of
from scheduling.groups import add_group
from tests.builders.blocks import a_block
from tests.builders.people import a_member, a_moderator, a_person, a_practitioner
from tests.builders.scheduling import a_meeting, a_service, work_hours
from tests.clinic import NOW, TUESDAY_3PM, Clinic, open_clinic
from tests.pages import Page, Visit

TUESDAY = date(2026, 12, 1)
ONE_PM = TUESDAY_3PM
"""For Dana in Los Angeles."""
HOUR = timedelta(hours=1)
WEEK = f"/staff/?day={TUESDAY}"


@pytest.fixture
def clinic(app: Flask, database: Database) -> Clinic:
    return open_clinic(app, database)


def coordinator(clinic: Clinic) -> Person:
    with clinic.database.write() as session:
        return a_person(session, Role.COORDINATOR, name="Ruth Abelson")


def blocked(clinic: Clinic, starts_at: datetime = ONE_PM, title: str = "Dentist") -> TimeBlock:
    with clinic.database.write() as session:
        return a_block(session, clinic.dana, starts_at, now=NOW, title=title)


def there(clinic: Clinic) -> list[TimeBlock]:
    with clinic.database.read() as session:
        return blocks_of(session, clinic.dana.id, NOW, NOW + timedelta(days=30))


def at(one: Appointment, day: str, time: str) -> str:
    return f"/staff/appointments/{one.id}/move-to?day={day}&time={time}"


def actions(clinic: Clinic) -> list[tuple[str, str | None]]:
    with clinic.database.read() as session:
        return [(one.action, one.actor_id) for one in session.scalars(select(AuditEntry))]


def test_an_empty_time_can_be_blocked_and_is_then_not_offered(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/add?day={TUESDAY}&time=13:00")
    assert page.h1 == ["Tuesday 1 December, 1:00 pm"]
    assert page.form_with("Block this time").fields["until"] == ["14:00"]
    week = dana.press(page, "Block this time", until="14:30", title="Dentist")
    assert week.path == WEEK
    assert "1:00 pm Dentist" in week.text
    picker = clinic.visit(clinic.jonah).open(clinic.path)
    for gone in ("3:00 pm, Tuesday 1 December", "4:00 pm, Tuesday 1 December"):
        with pytest.raises(LookupError):
            picker.form_with(gone)
    assert picker.form_with("5:00 pm, Tuesday 1 December")


def test_blocking_over_what_is_booked_says_what_stands_there_and_keeps_what_was_typed(clinic: Clinic) -> None:
    one = clinic.booked()
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/add?day={TUESDAY}&time=12:30")
    refused = dana.press(page, "Block this time", title="Walk")
    assert refused.status == 409
    assert "It is taken on Tuesday 1 December from 1:00 to 2:00 pm." in refused.text
    assert refused.link("Jonah, Tue 1 Dec, 1:00 pm") == f"/staff/appointments/{one.id}"
    assert refused.form_with("Block this time").fields["title"] == ["Walk"]
    assert there(clinic) == []


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"time": "late"}, "Write the time like 19:00."),
        ({"day": "2026-02-30"}, "That is not a day."),
        ({"day": "2027-03-14", "time": "02:30"}, "skip this time. The next one is 3:00 am."),
        ({"day": "2026-11-20"}, "That time is over."),
        ({"title": "x" * 81}, "1 letter too long"),
    ],
)
def test_a_block_that_makes_no_sense_is_sent_back(clinic: Clinic, typed: dict[str, str], says: str) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/add?day={TUESDAY}&time=13:00")
    refused = dana.press(page, "Block this time", **typed)
    assert refused.status == 422
    assert says in refused.text
    assert there(clinic) == []


def test_a_block_past_midnight_ends_the_next_day(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/add?day={TUESDAY}&time=22:00")
    dana.press(page, "Block this time", until="01:00")
    [block] = there(clinic)
    assert block.ends_at - block.starts_at == 3 * HOUR


def test_a_block_is_changed_removed_and_put_back(clinic: Clinic) -> None:
    block = blocked(clinic)
    dana = clinic.visit(clinic.dana)
    page = dana.open(f"/staff/blocks/{block.id}")
    assert page.form_with("Save").fields["title"] == ["Dentist"]
    dana.press(page, "Save", time="14:00", until="15:00", title="Notes")
    week = dana.press(dana.open(f"/staff/blocks/{block.id}"), "Remove it")
    assert "Removed: Tue 1 Dec, 2:00 to 3:00 pm." in week.text
    assert there(clinic) == []
    back = dana.press(week, "Undo")
    assert "It is back." in back.text
    assert [(one.title, one.starts_at) for one in there(clinic)] == [("Notes", ONE_PM + HOUR)]


def test_a_removed_block_is_not_put_back_over_a_booking(clinic: Clinic) -> None:
    block = blocked(clinic)
    dana = clinic.visit(clinic.dana)
    week = dana.press(dana.open(f"/staff/blocks/{block.id}"), "Remove it")
    clinic.booked()
    refused = dana.press(week, "Undo")
    assert refused.status == 409
    assert "Something stands in that time" in refused.text


def test_only_its_owner_reads_what_a_block_is_for(clinic: Clinic) -> None:
    block = blocked(clinic)
    ruth = clinic.visit(coordinator(clinic))
    week = ruth.open(f"{WEEK}&who={clinic.dana.id}")
    page = ruth.open(f"/staff/blocks/{block.id}")
    assert "1:00 pm Blocked" in week.text
    assert "Dentist" not in week.text + page.text
    ruth.press(page, "Save", until="15:00")
    assert [one.title for one in there(clinic)] == ["Dentist"]


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


def test_a_block_moves_to_a_chosen_time_and_keeps_its_length(clinic: Clinic) -> None:
    block = blocked(clinic)
    clinic.booked(ONE_PM + 2 * HOUR)
    dana = clinic.visit(clinic.dana)
    asked = dana.open(f"/staff/blocks/{block.id}/move-to?day={TUESDAY}&time=15:30")
    assert asked.h1 == ["Move Dentist to Tuesday 1 December, 3:30 to 4:30 pm?"]
    refused = dana.press(asked, "Move it here")
    assert refused.status == 409
    asked = dana.open(f"/staff/blocks/{block.id}/move-to?day={TUESDAY}&time=11:15")
    dana.press(asked, "Move it here")
    assert [(one.starts_at, one.ends_at) for one in there(clinic)] == [
        (ONE_PM - timedelta(minutes=105), ONE_PM - timedelta(minutes=45))
    ]


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
