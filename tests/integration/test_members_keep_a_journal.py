"""A member's own journal of meetings, the sheet that confirms them, and who can check it."""

import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.audit import AuditEntry
from safety.flags import Flag
from scheduling.attendance_journal import Held, note_room
from scheduling.attendance_proofs import MOST_A_DAY, EnoughPapers, Wish, issue
from scheduling.meetings import Meeting
from tests.builders.people import a_member
from tests.builders.scheduling import a_meeting
from tests.clinic import NOW, Clinic
from tests.pages import Page, Visit

WEEK = timedelta(weeks=1)
LAST_FRIDAY = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
"""Seven in Los Angeles, nine in Chicago."""
CODE = re.compile(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}")


@pytest.fixture
def meeting(clinic: Clinic) -> Meeting:
    with clinic.database.write() as session:
        return a_meeting(session, title="Friday group")


def was_there(clinic: Clinic, meeting: Meeting, *weeks_ago: int, who: Person | None = None) -> None:
    with clinic.database.write() as session:
        for weeks in weeks_ago:
            starts_at = LAST_FRIDAY - weeks * WEEK
            held = Held(meeting.id, (starts_at - timedelta(days=1)).date(), starts_at)
            note_room(session, held, {(who or clinic.jonah).id: 85}, now=NOW)


def journal(clinic: Clinic) -> tuple[Visit, Page]:
    visit = clinic.visit(clinic.jonah)
    return visit, visit.open("/care/meetings")


def the_sheet(visit: Visit, page: Page) -> str:
    """The words of the newest sheet, as a reader of the file finds them."""
    answer = visit.client.get(page.link("Fetch"))
    assert answer.headers["Content-Type"] == "application/pdf"
    streams = re.findall(rb"stream\n(.*?)\nendstream", answer.data, re.DOTALL)
    told = b" ".join(zlib.decompress(one) for one in streams)
    return " ".join(re.findall(r"\((.*?)\) Tj", told.decode("windows-1252")))


def test_what_the_room_counted_stands_there_with_the_weeks(clinic: Clinic, meeting: Meeting) -> None:
    was_there(clinic, meeting, 0, 1, 3)
    page = journal(clinic)[1]
    assert "3 of the last 4 weeks Three weeks in a row, and one quiet week would not end it." in page.text
    assert "Fri 20 Nov Friday group 9:00 pm, 85 minutes" in page.text
    assert "November 2026" in page.text


def test_before_the_first_one_it_says_how_to_begin(clinic: Clinic) -> None:
    assert "After your first one it stands here by itself." in journal(clinic)[1].text


def test_a_meeting_elsewhere_is_noted_and_taken_out(clinic: Clinic) -> None:
    visit, page = journal(clinic)
    page = visit.press(page, "Note it", day="2026-11-24", text="Tuesday at the library. I spoke.")
    assert "Noted. Only you see it." in page.text
    assert "Tue 24 Nov Tuesday at the library. I spoke. Your own note, for you alone." in page.text
    assert "Your first week" in page.text
    page = visit.press(page, "Take out")
    assert "library" not in page.text


@pytest.mark.parametrize("day", ["2026-11-28", "2025-11-01", "tomorrow", ""])
def test_a_day_that_cannot_be_is_said_at_the_field_and_the_words_stay(clinic: Clinic, day: str) -> None:
    visit, page = journal(clinic)
    page = visit.press(page, "Note it", day=day, text="At the library.")
    assert page.status == 422
    assert page.form_with("Note it").fields["text"] == ["At the library."]


def test_anothers_note_looks_like_none(clinic: Clinic) -> None:
    visit, page = journal(clinic)
    page = visit.press(page, "Note it", day="2026-11-24", text="At the library.")
    [action] = [form.action for form in page.forms if form.action.endswith("/remove")]
    with clinic.database.write() as session:
        other = a_member(session, name="Priya")
    theirs = clinic.visit(other)
    send = theirs.open("/care/meetings").form_with("Note it").fields["csrf_token"][0]
    assert theirs.client.post(action, data={"csrf_token": send}).status_code == 404
    assert "At the library." in visit.open("/care/meetings").text


def test_words_of_danger_in_a_note_reach_a_person(clinic: Clinic) -> None:
    visit, page = journal(clinic)
    page = visit.press(page, "Note it", day="2026-13-40", text="I want to kill myself tonight.")
    assert "We are getting a person for you now." in page.text
    with clinic.database.read() as session:
        assert [one.person_id for one in session.scalars(select(Flag))] == [clinic.jonah.id]


def test_a_sheet_says_how_often_and_not_why(clinic: Clinic, meeting: Meeting) -> None:
    was_there(clinic, meeting, 0, 1)
    visit, _ = journal(clinic)
    page = visit.press(visit.open("/care/meetings/paper"), "Make the sheet")
    told = the_sheet(visit, page)
    assert "Confirmation of attendance Jonah Reed" in told
    assert "name as given by the person" in told
    assert "attended 2 sessions between" in told
    assert "20 November 2026 9:00 pm 85" in told
    assert "Friday group" not in told
    assert not re.search("addict|recover|sober|alcohol|group|therap|clinic|treatment", told, re.IGNORECASE)
    answer = visit.client.get(page.link("Fetch"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="confirmation-2026-11-27.pdf"'


def test_a_sheet_names_the_meetings_when_that_is_wanted(clinic: Clinic, meeting: Meeting) -> None:
    was_there(clinic, meeting, 0)
    visit, _ = journal(clinic)
    page = visit.press(visit.open("/care/meetings/paper"), "Make the sheet", titles="y")
    assert "Friday group" in the_sheet(visit, page)


def test_a_stranger_checks_it_by_name_and_code(clinic: Clinic, meeting: Meeting) -> None:
    was_there(clinic, meeting, 0, 1)
    visit, _ = journal(clinic)
    page = visit.press(visit.open("/care/meetings/paper"), "Make the sheet", name="José  Reed")
    found = CODE.search(the_sheet(visit, page))
    assert found is not None
    stranger = Visit(clinic.app.test_client())
    form = stranger.open("/check")
    typed = found[0].lower().replace("-", " ")
    right = stranger.press(form, "Check", name="jose reed", code=typed)
    assert "It says two sessions between Saturday 29 August 2026 and Friday 27 November 2026" in right.text
    assert "170 minutes counted" in right.text
    for wrong in ({"name": "Dana Whitlock"}, {"code": "AAAA-BBBB-CCCC-DDDD"}):
        told = stranger.press(form, "Check", **{"name": "José Reed", "code": found[0], **wrong})
        assert "No sheet with this name and code" in told.text
    visit.press(visit.open("/care/meetings/paper"), "Take back")
    gone = stranger.press(form, "Check", name="José Reed", code=found[0])
    assert "No sheet with this name and code" in gone.text
    with clinic.database.read() as session:
        noted = session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "paper"))
        assert sorted(noted) == ["paper.checked", "paper.issued", "paper.withdrawn"]


def test_codes_are_not_guessed_by_the_thousand(clinic: Clinic) -> None:
    stranger = Visit(clinic.app.test_client())
    form = stranger.open("/check")
    for _ in range(30):
        stranger.press(form, "Check", name="Jonah Reed", code="AAAA")
    assert stranger.press(form, "Check", name="Jonah Reed", code="AAAA").status == 429


def test_a_sheet_of_nothing_of_tomorrow_or_of_letters_no_printer_has_is_not_made(
    clinic: Clinic, meeting: Meeting
) -> None:
    visit, _ = journal(clinic)
    form = visit.open("/care/meetings/paper")
    assert "nothing is written down" in visit.press(form, "Make the sheet").text
    was_there(clinic, meeting, 0)
    assert "until today" in visit.press(form, "Make the sheet", last_day="2026-11-29").text
    assert "The sheet has Latin, Greek, Cyrillic" in visit.press(form, "Make the sheet", name="陈伟").text


def test_anothers_sheet_looks_like_none(clinic: Clinic, meeting: Meeting) -> None:
    was_there(clinic, meeting, 0)
    visit, _ = journal(clinic)
    page = visit.press(visit.open("/care/meetings/paper"), "Make the sheet")
    with clinic.database.write() as session:
        other = a_member(session, name="Priya")
    assert clinic.visit(other).client.get(page.link("Fetch")).status_code == 404
    assert clinic.visit(clinic.dana).client.get(page.link("Fetch")).status_code == 403


def test_of_two_sheets_at_once_one_is_the_tenth(clinic: Clinic, meeting: Meeting) -> None:
    """Each would have counted nine."""
    was_there(clinic, meeting, 0)
    zone = ZoneInfo("America/Chicago")
    wish = Wish("Jonah Reed", NOW.date() - timedelta(days=30), NOW.date())
    made, tried = Event(), Event()

    def make(session: Session) -> None:
        issue(session, clinic.jonah.id, wish, org="Evenside", zone=zone, now=NOW)

    def slowly() -> None:
        with clinic.database.write() as session:
            make(session)
            made.set()
            tried.wait(0.5)

    def at_once() -> None:
        made.wait(10)
        with pytest.raises(EnoughPapers), clinic.database.write() as session:
            make(session)
        tried.set()

    with clinic.database.write() as session:
        for _ in range(MOST_A_DAY - 1):
            make(session)
    with ThreadPoolExecutor(2) as pool:
        for one in (pool.submit(slowly), pool.submit(at_once)):
            one.result()
