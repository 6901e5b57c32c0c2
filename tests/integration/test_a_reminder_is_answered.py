"""From a reminder: yes, another time, or cancelled, each by one press and without signing in."""

import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from foundation.audit import AuditEntry
from foundation.outbox import Delivery
from foundation.settings import Settings
from scheduling.appointments import Appointment, Status, cancel, move
from scheduling.reminder_confirmations import confirmed_at
from scheduling.reminder_links import ReminderLink, forget_old_links
from tests.browsing import words_of
from tests.builders.mailed import render
from tests.builders.people import a_coordinator
from tests.builders.post import owed
from tests.clinic import NOW, TUESDAY_3PM, Clinic
from tests.pages import Page, Visit

DAY_BEFORE = TUESDAY_3PM - timedelta(days=1)


def reminder(clinic: Clinic, settings: Settings, before: int = 1440) -> str:
    """What Jonah's reminder says."""
    with clinic.database.read() as session:
        [due] = [
            one
            for one in owed(session, ["appointment.reminder"])
            if one.refs and (one.refs["to"], one.refs["before"]) == (clinic.jonah.id, before)
        ]
        mail = render(session, due, settings, now=DAY_BEFORE)
    assert mail is not None
    return words_of(mail)


def link_in(words: str) -> str:
    found = re.search(r"/r/[a-z2-7]{26}$", words, re.MULTILINE)
    assert found, words
    return found.group()


@pytest.fixture
def booked(clinic: Clinic) -> Appointment:
    return clinic.booked()


@pytest.fixture
def link(clinic: Clinic, settings: Settings, booked: Appointment) -> str:
    """Booked on Friday, reminded of on Monday."""
    path = link_in(reminder(clinic, settings))
    clinic.set_clock(DAY_BEFORE)
    return path


@pytest.fixture
def stranger(clinic: Clinic) -> Visit:
    return Visit(clinic.app.test_client())


def now_booked(clinic: Clinic) -> Appointment:
    [one] = clinic.appointments()
    return one


def confirmed(clinic: Clinic) -> bool:
    with clinic.database.read() as session:
        return confirmed_at(session, now_booked(clinic)) is not None


def times(page: Page) -> list[str]:
    return [one.text for form in page.forms for one in form.buttons if one.name == "slot"]


def test_one_press_says_yes(clinic: Clinic, link: str, stranger: Visit) -> None:
    page = stranger.open(link)
    assert (page.h1, confirmed(clinic)) == (["Will you be there?"], False)
    assert "3:00 pm" in page.text
    assert "Chicago (CST)" in page.text
    done = stranger.press(page, "Yes, I will be there")
    assert (done.h1, confirmed(clinic)) == (["Thank you"], True)
    with clinic.database.read() as session:
        [noted] = session.scalars(select(AuditEntry).where(AuditEntry.action == "appointment.confirm"))
    assert noted.actor_id == clinic.jonah.id
    desk = clinic.visit(clinic.dana).open(f"/staff/appointments/{now_booked(clinic).id}")
    assert "I will be there, Monday 30 November" in desk.text


def test_another_time_by_one_press(clinic: Clinic, link: str, stranger: Visit) -> None:
    page = stranger.open(link + "/move")
    assert len(times(page)) == 6
    assert "Tuesday 1 December, 2:00 pm" in times(page)
    done = stranger.press(page, times(page)[0])
    moved = now_booked(clinic)
    assert moved.starts_at != TUESDAY_3PM
    assert moved.moved_by == clinic.jonah.id
    assert done.h1 == ["Will you be there?"]


def test_cancelled_by_one_press_and_led_on(clinic: Clinic, link: str, stranger: Visit) -> None:
    page = stranger.open(link + "/cancel")
    done = stranger.press(page, "Cancel it")
    assert done.h1 == ["Cancelled"]
    assert now_booked(clinic).is_cancelled
    assert stranger.open(done.link("Find another time")).h1 == ["Choose another time"]
    assert stranger.press(page, "Cancel it").h1 == ["Cancelled"]


def test_looking_changes_nothing(clinic: Clinic, link: str, stranger: Visit) -> None:
    for path in (link, f"{link}/move", f"{link}/cancel"):
        assert stranger.open(path).status == 200
    assert not confirmed(clinic)
    assert (now_booked(clinic).revision, now_booked(clinic).status) == (0, Status.BOOKED)


def test_what_was_moved_meanwhile_is_asked_about_anew(clinic: Clinic, link: str, stranger: Visit) -> None:
    pages = [stranger.open(path) for path in (link, f"{link}/cancel", f"{link}/move")]
    with clinic.database.write() as session:
        there = session.get_one(Appointment, now_booked(clinic).id)
        later = TUESDAY_3PM + timedelta(days=1)
        move(session, there.id, later, revision=0, by=clinic.dana.id, now=DAY_BEFORE)
    for page, words in zip(pages, ("Yes", "Cancel it", times(pages[2])[0]), strict=True):
        refused = stranger.press(page, words)
        assert refused.status == 409
        assert "Wednesday 2 December" in refused.text
    assert not confirmed(clinic)
    assert (now_booked(clinic).revision, now_booked(clinic).status) == (1, Status.BOOKED)


def test_a_yes_is_for_the_time_that_was_looked_at(clinic: Clinic, link: str, stranger: Visit) -> None:
    stranger.press(stranger.open(link), "Yes")
    page = stranger.open(f"{link}/move")
    stranger.press(page, times(page)[0])
    assert not confirmed(clinic)


def test_a_time_lost_meanwhile_is_said_and_others_are_there(
    clinic: Clinic, link: str, stranger: Visit
) -> None:
    page = stranger.open(f"{link}/move")
    clinic.taken_by_another(TUESDAY_3PM + timedelta(hours=1))
    wanted = next(words for words in times(page) if "Tuesday 1 December, 4:00 pm" in words)
    lost = stranger.press(page, wanted)
    assert (lost.status, len(times(lost))) == (409, 6)
    assert "That time has just been taken." in lost.text


def test_wrong_old_and_foreign_links_give_one_page(clinic: Clinic, link: str, stranger: Visit) -> None:
    pages = [stranger.open(path) for path in (f"{link[:-1]}7", "/r/nothing", f"{link}/else", "/r/%C3%A9")]
    clinic.set_clock(TUESDAY_3PM)
    pages += [stranger.open(path) for path in (link, f"{link}/move", f"{link}/cancel")]
    assert {page.status for page in pages} == {404}
    assert len({page.text for page in pages}) == 1


def test_the_secret_lies_nowhere_in_the_open(clinic: Clinic, link: str) -> None:
    with clinic.database.read() as session:
        kept = session.scalars(select(ReminderLink)).one()
        assert kept.token_digest not in link
        assert kept.expires_at == TUESDAY_3PM
        told = {one.refs["to"]: one.refs.get("link") for one in owed(session, ["appointment.reminder"])}
    assert told == {clinic.jonah.id: link.removeprefix("/r/"), clinic.dana.id: None}
    with clinic.database.write() as session:
        assert forget_old_links(session, now=TUESDAY_3PM + timedelta(seconds=1)) == 1


def test_the_link_never_reaches_a_log(
    clinic: Clinic, link: str, stranger: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stranger.press(stranger.open(link), "Yes")
    stranger.open(link + "x")
    logged = [repr(record.__dict__) for record in caplog.records if record.name.startswith("evenside")]
    assert logged
    assert not any(link.removeprefix("/r/") in line for line in logged)


def test_after_a_move_and_after_cancelling_no_old_reminder_is_left(
    clinic: Clinic, settings: Settings, booked: Appointment
) -> None:
    with clinic.database.read() as session:
        old = owed(session, ["appointment.reminder"])
    with clinic.database.write() as session:
        cancel(session, booked.id, by=clinic.jonah.id, now=NOW)
    with clinic.database.read() as session:
        kept = session.scalars(select(Delivery.state).where(Delivery.kind == "appointment.reminder"))
        assert set(kept) == {"dropped"}
        assert {render(session, one, settings, now=DAY_BEFORE) for one in old} == {None}


def test_the_cost_of_an_empty_hour_is_told_where_a_clinic_switched_it_on(
    clinic: Clinic, settings: Settings, booked: Appointment, stranger: Visit
) -> None:
    assert "costs" not in reminder(clinic, settings)
    with clinic.database.write() as session:
        cora = a_coordinator(session)
    desk = clinic.visit(cora)
    assert "on one line" in desk.press(desk.open("/admin/settings"), "Keep it", cost="$1\n50").text
    assert (
        "Reminders say it from now on."
        in desk.press(desk.open("/admin/settings"), "Keep it", cost="$150").text
    )
    words = reminder(clinic, settings)
    assert "An hour that stays empty costs us about $150." in words
    assert "about $150" in stranger.open(link_in(words)).text
