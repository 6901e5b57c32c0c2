"""Those who look after a member see which meetings they came to, and say so where no room counted."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from foundation.audit import AuditEntry
from scheduling.attendance_journal import Held, note_room
from scheduling.journal_records import MeetingAttendance
from scheduling.meetings import Meeting
from tests.builders.people import a_member, a_practitioner
from tests.builders.plans import a_running_plan
from tests.builders.scheduling import a_meeting
from tests.clinic import NOW, Clinic

LAST_FRIDAY = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def meeting(clinic: Clinic) -> Meeting:
    """Dana has an appointment with Jonah, so she looks after him; he was at last Friday's meeting."""
    clinic.booked()
    with clinic.database.write() as session:
        made = a_meeting(session, title="Friday group")
        held = Held(made.id, LAST_FRIDAY.date().replace(day=20), LAST_FRIDAY)
        note_room(session, held, {clinic.jonah.id: 55}, now=NOW)
    return made


def address(clinic: Clinic) -> str:
    return f"/staff/people/{clinic.jonah.id}/meetings"


def test_the_page_of_a_person_says_how_often_they_come(clinic: Clinic, meeting: Meeting) -> None:
    page = clinic.visit(clinic.dana).open(f"/staff/people/{clinic.jonah.id}")
    assert "1 of the last 1 week. The last one Fri 20 Nov." in page.text
    assert page.link("Which ones") == address(clinic)


def test_what_the_room_counted_is_put_right_and_what_it_could_not_is_added(
    clinic: Clinic, meeting: Meeting
) -> None:
    visit = clinic.visit(clinic.dana)
    page = visit.open(address(clinic))
    assert "Fri 20 Nov, 7:00 pm Friday group Came 55 minutes" in page.text
    assert "Fri 13 Nov, 7:00 pm Friday group Nothing known" in page.text
    page = visit.press(page, "Did not come on Friday 20 November")
    assert "Did not come 55 minutes, said by one of us" in page.text
    page = visit.press(page, "Came on Friday 13 November")
    assert "Fri 13 Nov, 7:00 pm Friday group Came said by one of us" in page.text
    assert "1 of the last 2 weeks" in visit.open(f"/staff/people/{clinic.jonah.id}").text


def test_looking_and_marking_leave_a_trail(clinic: Clinic, meeting: Meeting) -> None:
    visit = clinic.visit(clinic.dana)
    visit.press(visit.open(address(clinic)), "Came on Friday 13 November")
    with clinic.database.read() as session:
        noted = session.execute(select(AuditEntry.action, AuditEntry.object_id, AuditEntry.actor_id)).all()
    for action in ("attendance.read", "attendance.mark"):
        assert (action, clinic.jonah.id, clinic.dana.id) in noted


def test_whoever_does_not_look_after_them_finds_nobody(clinic: Clinic, meeting: Meeting) -> None:
    with clinic.database.write() as session:
        lee = a_practitioner(session, name="Lee")
        a_running_plan(session, clinic.jonah, clinic.dana, now=NOW)
    assert clinic.visit(clinic.jonah).open(address(clinic)).status == 403
    assert clinic.visit(lee).open(address(clinic)).status == 404


@pytest.mark.parametrize("said", ["", "came", "came nowhere:2026-11-20", "gone x", "came {}:2026-11-21"])
def test_nonsense_marks_nothing(clinic: Clinic, meeting: Meeting, said: str) -> None:
    visit = clinic.visit(clinic.dana)
    token = visit.open(address(clinic)).form_with("Came").fields["csrf_token"][0]
    sent = {"csrf_token": token, "mark": said.format(meeting.id)}
    assert visit.client.post(address(clinic), data=sent).status_code in {400, 404}


def sheet_of(clinic: Clinic, *names: str) -> list[str]:
    """Jonah and these are in Dana's care; their ids, in this order."""
    with clinic.database.write() as session:
        people = [clinic.jonah, *(a_member(session, name=name) for name in names)]
        for one in people:
            a_running_plan(session, one, clinic.dana, now=NOW)
        return [one.id for one in people]


def test_a_sheet_is_ticked_for_everybody_at_once(clinic: Clinic, meeting: Meeting) -> None:
    jonah, priya, sam = sheet_of(clinic, "Priya Nair", "Sam Oduya")
    visit = clinic.visit(clinic.dana)
    page = visit.open("/staff/worklist/meetings")
    assert page.form_with("Keep").fields["came"] == [jonah], "the room saw him"
    page = visit.press(page, "Keep the sheet", came=[priya, sam])
    assert sorted(page.form_with("Keep").fields["came"]) == sorted([priya, sam])
    assert "Nothing was changed." in visit.press(page, "Keep the sheet").text


def test_an_old_sheet_takes_no_later_tick_away(clinic: Clinic, meeting: Meeting) -> None:
    jonah, priya = sheet_of(clinic, "Priya Nair")
    visit = clinic.visit(clinic.dana)
    page = visit.open("/staff/worklist/meetings")
    with clinic.database.write() as session:
        held = Held(meeting.id, LAST_FRIDAY.date().replace(day=20), LAST_FRIDAY)
        note_room(session, held, {priya: 60}, now=NOW)
    page = visit.press(page, "Keep the sheet")
    assert sorted(page.form_with("Keep").fields["came"]) == sorted([jonah, priya])


def test_a_sheet_marks_nobody_who_is_not_on_it(clinic: Clinic, meeting: Meeting) -> None:
    sheet_of(clinic)
    with clinic.database.write() as session:
        stranger = a_member(session, name="Priya Nair")
    visit = clinic.visit(clinic.dana)
    visit.press(visit.open("/staff/worklist/meetings"), "Keep the sheet", came=[stranger.id])
    with clinic.database.read() as session:
        assert session.get(MeetingAttendance, (stranger.id, f"{meeting.id}:2026-11-20")) is None
