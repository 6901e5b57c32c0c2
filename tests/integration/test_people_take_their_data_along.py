"""A copy of everything about oneself, and an account deleted after a week (R37, R40)."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from auth.erased_list import read_list
from auth.erasing import erase_person
from auth.holdings import SOMEBODY
from auth.leaving import StaffStay, ask_to_leave, leaving_of
from auth.people import Person
from auth.sessions import AuthSession
from foundation.audit import AuditEntry
from foundation.database import Database
from foundation.person_keys import ErasedPerson
from foundation.personal import holdings
from foundation.tables import know_every_table
from foundation.takeout import NOTICE, gather
from jobs.deleted import write_down_deleted
from jobs.sweep import sweep
from realtime.models import Participant, Question, RoomEvent
from safety.flags import Flag, raise_flag
from scheduling.appointments import Appointment
from scheduling.waitlist import WaitlistEntry, join_waitlist
from tests.builders.rooms import Evening
from tests.clinic import NOW, TUESDAY_3PM, Clinic
from tests.posting import browser_of, send

WEEK = timedelta(days=7)
PAGE = "/account/data"
SAYS = "I would rather talk by phone."


def rows_of(database: Database, person_id: str) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as session:
        return {one.title: list(one.rows) for one in gather(session, person_id)}


def test_the_copy_holds_what_they_wrote_and_names_instead_of_ids(clinic: Clinic) -> None:
    clinic.booked(note=SAYS)
    told = rows_of(clinic.database, clinic.jonah.id)
    [appointment] = told["Appointments"]
    assert {TUESDAY_3PM, "Follow-up", "Dana Whitlock", SAYS} <= set(appointment)
    assert told["You"][0][0] == "Jonah Reed"
    assert clinic.jonah.id not in str(told.values())


def test_what_was_asked_in_a_room_and_who_looked_are_in_it(evening: Evening, database: Database) -> None:
    evening.approved(evening.members[0], "What do you do on Sundays?")
    told = rows_of(database, evening.members[0].person_id)
    assert "What do you do on Sundays?" in told["What you asked"][0]
    others = rows_of(database, evening.members[1].person_id)
    assert "What you asked" not in others


def test_R37_both_copies_carry_the_notice_and_a_name_that_says_nothing(clinic: Clinic) -> None:
    """R37; 42 CFR 2.32."""
    clinic.booked(note=SAYS)
    browser = browser_of(clinic.app, clinic.jonah)
    for_programs = send(browser, f"{PAGE}/copy.json", page=PAGE)
    told = json.loads(for_programs.text)
    assert told["notice"] == NOTICE
    [rows] = [one["rows"] for one in told["about"] if one["kind"] == "appointment"]
    assert (rows[0]["note"], rows[0]["starts_at"]) == (SAYS, TUESDAY_3PM.isoformat())
    to_read = send(browser, f"{PAGE}/copy.html", page=PAGE)
    assert {NOTICE in to_read.text, SAYS in to_read.text} == {True}
    assert "Tue 1 Dec 2026, 3:00 pm" in to_read.text
    assert to_read.headers["Content-Disposition"] == 'attachment; filename="copy-2026-11-27.html"'
    assert to_read.headers["Cache-Control"] == "no-store"
    with clinic.database.read() as session:
        noted = select(func.count()).where(AuditEntry.action == "data.exported")
        assert session.scalar(noted) == 2


def test_markup_in_ones_own_words_stays_text_in_the_copy(clinic: Clinic) -> None:
    clinic.booked(note="<script>alert(1)</script>")
    page = send(browser_of(clinic.app, clinic.jonah), f"{PAGE}/copy.html", page=PAGE).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


def test_deleting_waits_a_week_and_can_be_taken_back(clinic: Clinic) -> None:
    browser = browser_of(clinic.app, clinic.jonah)
    assert send(browser, f"{PAGE}/delete", page=PAGE).status_code == 422
    assert send(browser, f"{PAGE}/delete", {"sure": "y"}, page=PAGE).status_code == 303
    assert "Your account will be deleted on Friday 4 December" in browser.get(PAGE).text
    sweep(clinic.database, now=NOW + WEEK - timedelta(minutes=1))
    assert send(browser, f"{PAGE}/stay", page=PAGE).status_code == 303
    sweep(clinic.database, now=NOW + WEEK)
    with clinic.database.read() as session:
        assert session.get_one(Person, clinic.jonah.id).name == "Jonah Reed"
        assert leaving_of(session, clinic.jonah.id) is None


def test_after_the_week_their_name_and_time_are_gone(clinic: Clinic, tmp_path: Path) -> None:
    """R40. Their time is given back, and they are written down as deleted."""
    clinic.booked(note=SAYS)
    jonah, database = clinic.jonah.id, clinic.database
    browser_of(clinic.app, clinic.jonah)
    with database.write() as session:
        join_waitlist(session, member_id=jonah, service_id=clinic.service.id, by=jonah, now=NOW)
        ask_to_leave(session, jonah, wait=timedelta(hours=1), now=NOW)
    assert sweep(database, now=NOW + timedelta(hours=1))["accounts"] == 1
    with database.read() as session:
        somebody = session.get_one(Person, jonah)
        assert (somebody.name, somebody.email) == (SOMEBODY, f"{jonah}@deleted.invalid")
        assert somebody.roles == frozenset()
        one = session.scalars(select(Appointment).where(Appointment.member_id == jonah)).one()
        assert (one.status, one.note) == ("cancelled", "")
        for gone in (WaitlistEntry, AuthSession):
            assert session.scalar(select(func.count()).select_from(gone)) == 0
        assert session.get(ErasedPerson, jonah) is not None
    assert write_down_deleted(database, tmp_path)
    assert read_list(tmp_path) == {jonah}


def test_after_the_week_nothing_they_wrote_in_a_room_is_left(evening: Evening, database: Database) -> None:
    ana = evening.members[0].person_id
    evening.approved(evening.members[0], "What do you do on Sundays?")
    evening.steer(close=True)
    with database.write() as session:
        ask_to_leave(session, ana, now=NOW)
    sweep(database, now=NOW + WEEK)
    with database.read() as session:
        [question] = session.scalars(select(Question))
        [asked_by] = session.scalars(select(Participant).where(Participant.person_id == ana))
        assert (question.text, asked_by.pseudonym) == ("", "")
        assert session.scalar(select(func.count()).select_from(RoomEvent)) == 0


def test_no_sealed_word_of_theirs_opens_afterwards(clinic: Clinic, database: Database) -> None:
    """Whatever table holds it: each sealed column of each row that stays is empty or overwritten."""
    clinic.booked(note=SAYS)
    with database.write() as session:
        erase_person(session, clinic.jonah.id, now=NOW)
    know_every_table()
    with database.read() as session:
        for one in holdings():
            rows = session.execute(select(one.table).where(one.rows_of(clinic.jonah.id))).all()
            assert SAYS not in str(rows)


def test_who_is_in_danger_is_not_deleted_meanwhile(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        raise_flag(
            session, place=f"member:{clinic.jonah.id}", source="note", source_id=None, rule="named",
            person_id=clinic.jonah.id, known_as="Jonah", text="Words.", now=NOW,
        )  # fmt: skip
        ask_to_leave(session, clinic.jonah.id, now=NOW)
    assert sweep(clinic.database, now=NOW + WEEK)["accounts"] == 0
    with clinic.database.write() as session:
        session.scalars(select(Flag)).one().disposed_at = NOW
    assert sweep(clinic.database, now=NOW + WEEK)["accounts"] == 1


def test_whoever_works_here_is_ended_by_a_coordinator(clinic: Clinic) -> None:
    with pytest.raises(StaffStay), clinic.database.write() as session:
        ask_to_leave(session, clinic.dana.id, now=NOW)
    page = browser_of(clinic.app, clinic.dana).get(PAGE).text
    assert "A coordinator ends your account" in page
    assert "A copy of everything" in page


def test_an_old_sign_in_is_asked_who_it_is_before_anything_goes_out(clinic: Clinic) -> None:
    """R10: a phone left lying open gives nobody a copy, and deletes nothing."""
    browser = browser_of(clinic.app, clinic.jonah)
    clinic.set_clock(NOW + timedelta(hours=2))
    for path in ("copy.json", "copy.html", "delete"):
        answer = send(browser, f"{PAGE}/{path}", {"sure": "y"}, page=PAGE)
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            "/account/again?next=%2Faccount%2Fdata",
        )
    with clinic.database.read() as session:
        assert leaving_of(session, clinic.jonah.id) is None
