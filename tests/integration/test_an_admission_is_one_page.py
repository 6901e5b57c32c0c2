"""The admission as a therapist meets it: one page without a script, kept at every button, then confirmed."""

from datetime import UTC, datetime

from scheduling.aftercare.plans import active_plan, draft_of
from scheduling.appointments import of_member
from tests.builders.people import a_practitioner
from tests.builders.scheduling import a_meeting
from tests.clinic import Clinic
from tests.pages import Page, Visit


def page_of(clinic: Clinic) -> str:
    return f"/staff/people/{clinic.jonah.id}/admit"


def begin(clinic: Clinic) -> tuple[Visit, Page]:
    visit = clinic.visit(clinic.dana)
    return visit, visit.open(page_of(clinic))


def test_a_whole_admission_takes_four_buttons(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        a_meeting(session, title="Friday evening")
    visit, page = begin(clinic)
    assert page.h1 == ["Admission"]
    written = {"assessment": "Eight weeks here.", "steps": "Call June\nWalk", "name_0": "June"}
    page = visit.press(page, "Look at the dates", **written, phone_0="(312) 555-0142", ways=["contact.call"])
    assert "appointments to book" in page.text
    assert "Checkup, every week" in page.text
    assert "Appointments are booked for the first year." in page.text, "and the schedule is of two"
    page = visit.press(page, "Confirm the plan")
    assert page.path == f"/staff/people/{clinic.jonah.id}/plan"
    with clinic.database.read() as session:
        assert active_plan(session, clinic.jonah.id) is not None
        assert len(of_member(session, clinic.jonah.id)) == 32, "two follow-ups, eight weeks, twice a month"


def test_what_was_typed_wrong_stays_and_is_said_at_its_field(clinic: Clinic) -> None:
    visit, page = begin(clinic)
    page = visit.press(page, "Keep it for later", goals="Back to work.", name_0="June")
    assert page.status == 422
    assert "Write both a name and a number, or neither." in page.text
    assert "Back to work." in page.text


def test_a_draft_is_gone_on_with_later(clinic: Clinic) -> None:
    visit, page = begin(clinic)
    visit.press(page, "Keep it for later", goals="Back to work.")
    page = visit.open(page_of(clinic))
    assert "Back to work." in page.text
    assert "An admission was begun" in visit.open(f"/staff/people/{clinic.jonah.id}").text


def test_two_at_once_are_told_and_lose_nothing(clinic: Clinic) -> None:
    visit, page = begin(clinic)
    visit.press(page, "Keep it for later", goals="Back to work.")
    first, second = visit.open(page_of(clinic)), visit.open(page_of(clinic))
    visit.press(first, "Keep it for later", goals="See the children.")
    page = visit.press(second, "Keep it for later", goals="Sleep through.")
    assert page.status == 409
    assert "Sleep through." in page.text
    visit.press(page, "Keep it for later")
    assert "Sleep through." in visit.open(page_of(clinic)).text


def test_what_is_in_the_way_is_settled_by_one_button_and_still_looked_at(clinic: Clinic) -> None:
    clinic.taken_by_another(datetime(2026, 12, 14, 18, 0, tzinfo=UTC))
    visit, page = begin(clinic)
    page = visit.press(page, "Look at the dates")
    assert "One time is in the way" in page.text
    page = visit.press(page, "Confirm the plan")
    assert page.status == 409
    page = visit.press(page, "Take the nearest free time")
    assert "in the way" not in page.text
    assert "Mon 14 Dec, 9:00 to 9:50 am Another time" in page.text
    visit.press(page, "Confirm the plan")
    with clinic.database.read() as session:
        assert datetime(2026, 12, 14, 17, 0, tzinfo=UTC) in [
            one.starts_at for one in of_member(session, clinic.jonah.id)
        ]


def test_another_usual_time_gives_other_dates_and_keeps_no_old_choice(clinic: Clinic) -> None:
    visit, page = begin(clinic)
    page = visit.press(page, "Look at the dates")
    page = visit.press(page, "Look at the dates again", minute="14:00")
    assert "Mon 30 Nov, 2:00 to 2:50 pm" in page.text
    assert "Tue 1 Dec, 2:00 to 2:50 pm Free" in page.text, "the follow-up goes along"


def test_what_was_never_on_offer_is_passed_over(clinic: Clinic) -> None:
    visit, page = begin(clinic)
    made_up = {"regular_service": "nothing", "template": "nothing", "weekday": "9", "practitioner": "x"}
    page = visit.press(page, "Look at the dates", **made_up, meetings=["x"], ways=["x"], codes=["x"])
    assert page.status in {200, 422}
    assert visit.open(page_of(clinic)).status == 200


def test_a_discarded_admission_leaves_nothing(clinic: Clinic) -> None:
    visit, page = begin(clinic)
    page = visit.press(page, "Keep it for later", goals="Back to work.")
    visit.press(page, "Discard this admission")
    with clinic.database.read() as session:
        assert draft_of(session, clinic.jonah.id) is None


def test_it_is_for_those_who_look_after_them(clinic: Clinic) -> None:
    visit, page = begin(clinic)
    visit.press(page, "Keep it for later", goals="Back to work.")
    with clinic.database.write() as session:
        lee = a_practitioner(session, name="Lee")
    assert clinic.visit(lee).open(page_of(clinic)).status == 404
