"""A member books, moves and cancels on the pages, without a script."""

from datetime import timedelta

import pytest

from scheduling.appointments import Status, cancel, find_appointment, hold, move
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_service, work_hours
from tests.clinic import NOW, TUESDAY_3PM, Clinic
from tests.pages import Page

ON_TUESDAY = "3:00 pm, Tuesday 1 December"


def test_a_member_books_a_time_that_is_kept_while_they_write_a_note(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    picker = jonah.open("/book")
    assert picker.path == clinic.path
    assert "Times for Chicago (CST). Dana is in Los Angeles, two hours earlier." in picker.text

    kept = jonah.press(picker, ON_TUESDAY)
    assert "Kept for you until 2:10 pm" in kept.text
    assert "For Dana it is 1:00 pm" in kept.text

    done = jonah.press(kept, "Book this time", note="I have two questions.")
    assert done.h1 == ["Booked"]
    assert "Tuesday 1 December, Chicago (CST)" in done.text
    [appointment] = clinic.appointments()
    assert (appointment.starts_at, appointment.note) == (TUESDAY_3PM, "I have two questions.")


def test_a_kept_time_is_offered_to_nobody_else(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    jonah.press(jonah.open(clinic.path), ON_TUESDAY)
    with clinic.database.write() as session:
        priya = a_member(session, name="Priya", timezone="America/Chicago")
    with pytest.raises(LookupError):
        clinic.visit(priya).open(clinic.path).form_with(ON_TUESDAY)


def test_choosing_another_time_keeps_what_was_typed(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    kept = jonah.press(jonah.open(clinic.path), ON_TUESDAY)
    other = jonah.press(kept, "4:00 pm, Tuesday 1 December", note="Please call me Jo.")
    assert other.form_with("Book this time").fields["note"] == ["Please call me Jo."]
    assert "4:00 pm" in other.text
    jonah.press(other, "Book this time")
    assert [one.starts_at for one in clinic.appointments()] == [TUESDAY_3PM + timedelta(hours=1)]


def test_a_time_can_be_given_back_before_it_is_booked(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    kept = jonah.press(jonah.open(clinic.path), ON_TUESDAY)
    given_back = jonah.press(kept, "Do not keep it")
    assert given_back.form_with(ON_TUESDAY)
    assert "Kept for you" not in given_back.text


def test_a_double_click_books_once(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    kept = jonah.press(jonah.open(clinic.path), ON_TUESDAY)
    first, second = (jonah.press(kept, "Book this time", note="Hello") for _ in range(2))
    assert first.path == second.path
    assert len(clinic.appointments()) == 1


def test_a_slot_lost_at_the_first_step_offers_alternatives_to_choose(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    picker = jonah.open(clinic.path)
    clinic.taken_by_another()
    lost = jonah.press(picker, ON_TUESDAY)
    assert lost.status == 409
    assert "3:00 pm was taken a moment ago" in lost.text
    assert "Dana is also free at these times, the same day:" in lost.text
    kept = jonah.press(lost, "4:00 pm")
    assert "Kept for you" in kept.text


def test_a_slot_lost_after_the_time_ran_out_keeps_the_note(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    kept = jonah.press(jonah.open(clinic.path), ON_TUESDAY)
    clinic.set_clock(NOW + timedelta(minutes=11))
    with clinic.database.write() as session:
        priya = a_member(session, name="Priya")
        hold(
            session,
            service_id=clinic.service.id,
            practitioner_id=clinic.dana.id,
            member_id=priya.id,
            starts_at=TUESDAY_3PM,
            now=NOW + timedelta(minutes=11),
        )
    lost = jonah.press(kept, "Book this time", note="I have two questions.")
    assert lost.status == 409
    again = jonah.press(lost, "2:00 pm")
    assert again.form_with("Book this time").fields["note"] == ["I have two questions."]


def test_paging_reaches_a_month_ahead_and_keeps_the_person(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open(f"{clinic.path}?with={clinic.dana.id}")
    for _ in range(4):
        page = jonah.open(page.link("Later"))
    assert f"with={clinic.dana.id}" in page.path
    assert page.form_with("3:00 pm, Tuesday 29 December")


def test_whoever_is_free_first_shares_the_turns(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        ines = work_hours(session, a_practitioner(session, name="Ines Carrasco"))
        service = a_service(session, clinic.dana, ines, slug="talk", name="First talk", step_minutes=60)
    clinic.taken_by_another(TUESDAY_3PM + timedelta(days=1))
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open(f"/book/{service.slug}?with=any")
    assert "Whoever is free first" in page.text
    kept = jonah.press(page, ON_TUESDAY)
    assert "With Ines Carrasco" in kept.text


def test_a_member_moves_an_appointment(clinic: Clinic) -> None:
    before = clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    calendar = jonah.open("/appointments")
    picker = jonah.open(calendar.link("Move"))
    assert "Now on Tuesday 1 December, 3:00 to 3:50 pm, Chicago (CST)." in picker.text
    asked = jonah.press(picker, "4:00 pm, Tuesday 1 December")
    moved = jonah.press(asked, "Move it here")
    assert "Moved to Tuesday 1 December, 4:00 pm." in moved.text
    assert "Was Tuesday 1 December, 3:00 pm. You moved it." in moved.text
    [after] = clinic.appointments()
    assert (after.uid, after.revision) == (before.uid, 1)


def test_moving_to_a_time_lost_meanwhile_offers_others(clinic: Clinic) -> None:
    clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    picker = jonah.open(jonah.open("/appointments").link("Move"))
    asked = jonah.press(picker, "4:00 pm, Tuesday 1 December")
    clinic.taken_by_another(TUESDAY_3PM + timedelta(hours=1))
    lost = jonah.press(asked, "Move it here")
    assert lost.status == 409
    assert "4:00 pm was taken a moment ago" in lost.text
    asked = jonah.press(lost, "5:00 pm")
    assert "To Tuesday 1 December 5:00 pm" in asked.text


def test_an_old_page_says_what_is_true_now(clinic: Clinic) -> None:
    one = clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    asked = jonah.press(jonah.open(f"/appointments/{one.id}/move"), "4:00 pm, Tuesday 1 December")
    cancelling = jonah.open(f"/appointments/{one.id}/cancel")
    with clinic.database.write() as session:
        move(session, one.id, TUESDAY_3PM - timedelta(hours=1), revision=0, by=clinic.dana.id, now=NOW)
    for page in (jonah.press(asked, "Move it here"), jonah.press(cancelling, "Cancel it")):
        assert page.status == 409
        assert "It is on Tuesday 1 December, 2:00 pm, now." in page.text


def test_a_member_is_asked_before_cancelling_and_thanked_after(clinic: Clinic) -> None:
    clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    asked = jonah.open(jonah.open("/appointments").link("Cancel"))
    assert asked.h1 == ["Cancel Tuesday 1 December, 3 pm?"]
    assert "somebody else can have the hour" in asked.text
    gone = jonah.press(asked, "Cancel it")
    assert "Thank you for telling us" in gone.text
    assert "Nothing booked yet" in jonah.open("/appointments").text
    [appointment] = clinic.appointments()
    assert (appointment.status, appointment.cancelled_late) == (Status.CANCELLED, False)


def test_a_late_cancellation_is_taken_kindly(clinic: Clinic) -> None:
    one = clinic.booked()
    clinic.set_clock(TUESDAY_3PM - timedelta(hours=2))
    jonah = clinic.visit(clinic.jonah)
    asked = jonah.open(f"/appointments/{one.id}/cancel")
    assert "It is close now, so the hour may stay empty. That is all right." in asked.text
    gone = jonah.press(asked, "Cancel it")
    assert "Thank you for telling us." in gone.text
    assert "somebody else can have the hour" not in gone.text


def test_what_is_settled_says_how_it_stands(clinic: Clinic) -> None:
    one = clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    asked = jonah.open(f"/appointments/{one.id}/cancel")
    with clinic.database.write() as session:
        cancel(session, one.id, by=clinic.dana.id, now=NOW)
    gone = jonah.press(asked, "Cancel it")
    assert gone.status == 409
    assert "This appointment is cancelled already." in gone.text
    assert (
        "Cancelled: Tuesday 1 December Dana cancelled it." in jonah.open(f"/appointments/{one.id}/move").text
    )


@pytest.mark.parametrize("page", ["", "/booked", "/move", "/cancel"])
def test_somebody_elses_appointment_is_not_there(clinic: Clinic, page: str) -> None:
    one = clinic.booked()
    with clinic.database.write() as session:
        stranger = a_member(session, name="Priya")
        colleague = a_practitioner(session, name="Ines")
    for person in (stranger, colleague):
        visit = clinic.visit(person)
        there = visit.open(f"/appointments/{one.id}{page}")
        nowhere = visit.open(f"/appointments/nosuchappointment000{page}")
        assert (there.status, there.text) == (404, nowhere.text)


def test_a_stranger_can_neither_move_nor_cancel(clinic: Clinic) -> None:
    one = clinic.booked()
    with clinic.database.write() as session:
        stranger = a_member(session, name="Priya", timezone="America/Chicago")
    visit = clinic.visit(stranger)
    token = visit.open(clinic.path).forms[-1].fields["csrf_token"][0]
    for act in ("move", "cancel"):
        sent = {"csrf_token": token, "revision": "0", "slot": f"{clinic.dana.id}.20261201T2200Z"}
        assert visit.client.post(f"/appointments/{one.id}/{act}", data=sent).status_code == 404
    with clinic.database.read() as session:
        assert find_appointment(session, one.id).revision == 0


def test_the_page_after_booking_does_not_outlive_the_booking(clinic: Clinic) -> None:
    one = clinic.booked()
    with clinic.database.write() as session:
        cancel(session, one.id, by=clinic.dana.id, now=NOW)
    page = clinic.visit(clinic.jonah).open(f"/appointments/{one.id}/booked")
    assert "Cancelled: Tuesday 1 December" in page.text


def test_the_past_is_told_without_blame(clinic: Clinic) -> None:
    one = clinic.booked()
    with clinic.database.write() as session:
        find_appointment(session, one.id).status = Status.NOSHOW.value
    clinic.set_clock(TUESDAY_3PM + timedelta(days=2))
    page = clinic.visit(clinic.jonah).open("/appointments")
    assert "We missed you. It happens, and you owe no reason." in page.text


def test_every_page_has_one_heading_and_names_its_controls(clinic: Clinic) -> None:
    one = clinic.booked()
    jonah = clinic.visit(clinic.jonah)
    pages: list[Page] = [
        jonah.press(jonah.open(clinic.path), "4:00 pm, Tuesday 1 December"),
        jonah.open("/appointments"),
        *(jonah.open(f"/appointments/{one.id}{path}") for path in ("", "/booked", "/move", "/cancel")),
    ]
    for page in pages:
        assert page.status == 200
        assert len(page.h1) == 1, page.path
        assert page.unlabelled == [], page.path
