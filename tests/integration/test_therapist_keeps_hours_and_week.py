"""A therapist sets hours, reads the week, notes who came, and books for a member, without a script."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from auth.people import Role
from foundation.audit import AuditEntry
from foundation.outbox import Delivery
from scheduling.appointments import Status, cancel, find_appointment, hold
from scheduling.availability import Override, Window
from scheduling.hours import Hours, load_hours, save_hours
from tests.builders.people import a_member, a_moderator, a_person, a_practitioner
from tests.builders.scheduling import a_meeting, a_service, work_hours
from tests.clinic import NOW, TUESDAY_3PM, Clinic

HOURS = "/staff/availability"


def saved_hours(clinic: Clinic) -> Hours:
    with clinic.database.read() as session:
        return load_hours(session, clinic.dana.id)


def test_hours_with_a_day_off_are_what_members_can_book(clinic: Clinic) -> None:
    dana, jonah = clinic.visit(clinic.dana), clinic.visit(clinic.jonah)
    page = dana.press(dana.open(HOURS), "Add hours on Saturday", until_0="12:00")
    page = dana.press(page, "Add a date")
    saved = dana.press(
        page,
        "Save these hours",
        from_5=["10:00"],
        until_5=["12:00"],
        date=["2026-12-01"],
        what=["off"],
    )
    assert "Your hours are saved." in saved.text
    hours = saved_hours(clinic)
    assert Window(5, 600, 720) in hours.windows
    assert Window(0, 540, 720) in hours.windows
    assert hours.overrides == (Override(date(2026, 12, 1)),)

    picker = jonah.open(clinic.path)
    assert picker.form_with("12:00 pm, Saturday 28 November")
    assert picker.form_with("11:00 am, Monday 30 November")
    for gone in ("3:00 pm, Tuesday 1 December", "3:00 pm, Monday 30 November"):
        with pytest.raises(LookupError):
            picker.form_with(gone)


def test_hours_past_midnight_are_said_and_saved(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open(HOURS)
    refused = dana.press(page, "Save these hours", from_0="20:00", until_0="01:00")
    assert refused.status == 422
    assert "1:00 am is not after 8:00 pm." in refused.text
    assert "tick “Ends the next day”" in refused.text
    assert saved_hours(clinic).windows[0] == Window(0, 540, 1020)
    dana.press(refused, "Save these hours", next_0="0")
    assert saved_hours(clinic).windows[0] == Window(0, 1200, 1500)


def test_what_is_booked_outside_new_hours_is_listed_and_stays(clinic: Clinic) -> None:
    one = clinic.booked()
    dana = clinic.visit(clinic.dana)
    saved = dana.press(dana.open(HOURS), "Save these hours", from_1="15:00")
    assert "Tue 1 Dec, 1:00 pm Jonah Reed" in saved.text
    with clinic.database.read() as session:
        assert find_appointment(session, one.id).status == Status.BOOKED


def test_two_people_saving_hours_do_not_overwrite_each_other(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    page = dana.open(HOURS)
    dana.press(page, "Save these hours", from_0="10:00")
    stale = dana.press(page, "Save these hours", from_0="11:00")
    assert stale.status == 409
    assert "These hours were changed meanwhile." in stale.text
    assert stale.form_with("Save").fields["from-0"] == ["11:00"]
    assert saved_hours(clinic).windows[0].start_minute == 600


def test_dates_that_are_over_stay_in_the_books(clinic: Clinic) -> None:
    over = Override(date(2026, 11, 20))
    with clinic.database.write() as session:
        before = load_hours(session, clinic.dana.id)
        hours = Hours(before.timezone, before.windows, (over,))
        save_hours(session, clinic.dana.id, hours, now=NOW, by=clinic.dana.id)
    dana = clinic.visit(clinic.dana)
    page = dana.open(HOURS)
    assert "date" not in page.form_with("Save").fields
    dana.press(page, "Save these hours", from_0="10:00")
    assert saved_hours(clinic).overrides == (over,)


def test_the_week_shows_everything_that_takes_time(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        priya = a_member(session, name="Priya Nair")
        a_meeting(session, hosts=[clinic.dana], title="Friday group", slug="friday")
        hold(
            session,
            service_id=clinic.service.id,
            practitioner_id=clinic.dana.id,
            member_id=priya.id,
            starts_at=TUESDAY_3PM + timedelta(hours=2),
            now=NOW,
        )
        before = load_hours(session, clinic.dana.id)
        hours = Hours(before.timezone, before.windows, (Override(date(2026, 12, 3)),))
        save_hours(session, clinic.dana.id, hours, now=NOW, by=clinic.dana.id)
    clinic.booked()
    gone = clinic.booked(TUESDAY_3PM + timedelta(days=1))
    with clinic.database.write() as session:
        cancel(session, gone.id, by=clinic.jonah.id, now=NOW)

    dana = clinic.visit(clinic.dana)
    week = dana.open(dana.open("/staff/").link("Week after"))
    assert "Mon 30 Nov to Fri 4 Dec" in week.text
    assert "1:00 pm J.R." in week.text
    assert "Jonah" not in week.text
    assert "3:00 pm Kept Being booked" in week.text
    assert "Day off" in week.text
    assert "7:00 pm Friday group You host" in week.text
    assert week.text.count("J.R.") == 1
    assert week.links["1:00 pm J.R."].startswith("/staff/appointments/")
    named = dana.press(week, "Initials only")
    assert "1:00 pm Jonah Reed" in named.text


def test_a_saturday_is_shown_when_it_is_used(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        work_hours(session, clinic.dana, [Window(5, 22 * 60, 26 * 60)])
    clinic.booked(datetime(2026, 11, 29, 7, 0, tzinfo=UTC))
    week = clinic.visit(clinic.dana).open("/staff/")
    assert "Mon 23 Nov to Sat 28 Nov" in week.text
    assert "11:00 pm J.R." in week.text


def test_whether_they_came_is_noted_and_can_be_put_right(clinic: Clinic) -> None:
    one = clinic.booked()
    dana = clinic.visit(clinic.dana)
    path = f"/staff/appointments/{one.id}"
    with pytest.raises(LookupError):
        dana.open(path).form_with("Missed")
    clinic.set_clock(one.ends_at + timedelta(minutes=5))
    dana = clinic.visit(clinic.dana)
    week = dana.open("/staff/")
    assert "Did they come? 1 to note" in week.text
    dana.press(week, "Missed")
    page = dana.open(path)
    assert "Noted as missed." in page.text
    dana.press(page, "Was here")
    with clinic.database.read() as session:
        assert find_appointment(session, one.id).status == Status.FULFILLED
    assert "Did they come?" not in dana.open("/staff/").text


def test_a_therapist_books_for_a_member_who_gets_the_mail(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    found = dana.press(dana.open("/staff/book"), "Find", name="jónah")
    picker = dana.open(found.link("Jonah Reed"))
    assert "Times for Los Angeles (PST)" in picker.text
    asked = dana.press(picker, "1:00 pm, Tuesday 1 December")
    assert "For Jonah it is 3:00 pm." in asked.text
    booked = [dana.press(asked, "Book it", note="As agreed on the phone.") for _ in range(2)]
    assert booked[0].path == booked[1].path
    [appointment] = clinic.appointments()
    assert (appointment.booked_by, appointment.starts_at) == (clinic.dana.id, TUESDAY_3PM)
    with clinic.database.read() as session:
        mails = session.scalars(select(Delivery).where(Delivery.kind == "appointment.booked")).all()
        assert {mail.refs["to"] for mail in mails} == {clinic.jonah.id, clinic.dana.id}


def test_a_slot_lost_while_on_the_phone_offers_others(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    path = f"/staff/book/{clinic.jonah.id}/{clinic.service.slug}"
    asked = dana.press(dana.open(path), "1:00 pm, Tuesday 1 December")
    clinic.taken_by_another()
    lost = dana.press(asked, "Book it")
    assert lost.status == 409
    assert "1:00 pm was taken a moment ago" in lost.text
    assert "To" not in dana.press(lost, "2:00 pm").h1


def test_a_therapist_moves_and_cancels_and_the_member_reads_who_did(clinic: Clinic) -> None:
    one = clinic.booked()
    dana = clinic.visit(clinic.dana)
    asked = dana.press(dana.open(f"/appointments/{one.id}/move"), "2:00 pm, Tuesday 1 December")
    moved = dana.press(asked, "Move it here")
    assert moved.path == f"/staff/appointments/{one.id}"
    jonah = clinic.visit(clinic.jonah)
    assert "Was Tuesday 1 December, 3:00 pm. Dana moved it." in jonah.open("/appointments").text
    dana.press(dana.open(f"/appointments/{one.id}/cancel"), "Cancel it")
    assert "Cancelled" in jonah.open(f"/appointments/{one.id}").text


def test_it_is_recorded_who_looked_at_an_appointment(clinic: Clinic) -> None:
    one = clinic.booked()
    clinic.visit(clinic.dana).open(f"/staff/appointments/{one.id}")
    with clinic.database.read() as session:
        seen = session.scalars(select(AuditEntry).where(AuditEntry.action == "appointment.read")).all()
        assert [(entry.actor_id, entry.object_id) for entry in seen] == [(clinic.dana.id, one.id)]


def test_people_are_found_by_part_of_a_name(clinic: Clinic) -> None:
    clinic.booked()
    with clinic.database.write() as session:
        a_member(session, name="Priya Nair")
    dana = clinic.visit(clinic.dana)
    everybody = dana.open("/staff/people")
    assert "Jonah Reed Next Tue 1 Dec, 1:00 pm" in everybody.text
    found = dana.press(everybody, "Find", name="nair pri")
    assert "Priya Nair" in found.text
    assert "Jonah" not in found.text
    assert "Nobody of that name" in dana.press(everybody, "Find", name="%").text


def test_only_staff_who_book_see_people_and_only_their_own_appointments(clinic: Clinic) -> None:
    one = clinic.booked()
    with clinic.database.write() as session:
        colleague = a_practitioner(session, name="Ines")
        moderator = a_moderator(session)
        coordinator = a_person(session, Role.COORDINATOR, name="Cora")
    assert clinic.visit(clinic.jonah).open("/staff/").status == 403
    assert clinic.visit(moderator).open("/staff/people").status == 403
    assert clinic.visit(moderator).open(HOURS).status == 403
    for person, status in ((colleague, 404), (moderator, 404), (coordinator, 200)):
        assert clinic.visit(person).open(f"/staff/appointments/{one.id}").status == status


def test_nobody_is_booked_for_who_is_not_a_member(clinic: Clinic) -> None:
    dana = clinic.visit(clinic.dana)
    assert dana.open(f"/staff/book/{clinic.dana.id}").status == 404
    assert dana.open("/staff/book/nosuchperson00000000").status == 404


def test_every_desk_page_has_one_heading_and_names_its_controls(clinic: Clinic) -> None:
    one = clinic.booked()
    with clinic.database.write() as session:
        a_service(session, clinic.dana, slug="call", name="Call")
    dana = clinic.visit(clinic.dana)
    booking = f"/staff/book/{clinic.jonah.id}"
    pages = [
        *(dana.open(path) for path in ("/staff/", HOURS, "/staff/people", "/staff/book", booking)),
        dana.press(dana.open(f"{booking}/follow-up"), "2:00 pm, Tuesday 1 December"),
        dana.open(f"/staff/appointments/{one.id}"),
        dana.open(f"/appointments/{one.id}/move"),
        dana.press(dana.open(HOURS), "Add a date"),
    ]
    for page in pages:
        assert page.status == 200, page.path
        assert len(page.h1) == 1, page.path
        assert page.unlabelled == [], page.path
