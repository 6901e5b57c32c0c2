"""After a cancelled or missed time, the mail leads to the next ones, and books one without signing in."""

import logging
import re
from datetime import datetime, timedelta

import pytest

from auth.passes import make_pass, read_pass
from foundation.outbox import Delivery
from foundation.settings import Settings
from scheduling.appointments import Appointment, Status, cancel
from scheduling.attendance import fulfil, miss
from scheduling.services import Service
from tests.browsing import words_of
from tests.builders.mailed import render
from tests.builders.people import a_member
from tests.builders.post import owed, states
from tests.clinic import NOW, TUESDAY_3PM, Clinic
from tests.pages import Page, Visit, read_page

KEY = bytes(range(32))


def a_cancelled_one(clinic: Clinic, by: str | None = None) -> Appointment:
    one = clinic.booked()
    with clinic.database.write() as session:
        return cancel(session, one.id, by=by or clinic.dana.id, now=NOW)


def link_in_mail(clinic: Clinic, settings: Settings, kind: str, now: datetime = NOW) -> str:
    with clinic.database.read() as session:
        mine = [one for one in owed(session, [kind]) if one.refs["to"] == clinic.jonah.id]
        mail = render(session, mine[-1], settings, now=now)
    assert mail is not None
    assert len(str(mail["Subject"])) > 0
    found = re.search(r"/again/\S+", words_of(mail))
    assert found, words_of(mail)
    return found.group()


def a_stranger(clinic: Clinic) -> Visit:
    return Visit(clinic.app.test_client())


def buttons(page: Page) -> list[str]:
    return [one.text for form in page.forms for one in form.buttons if one.name == "slot"]


def test_the_mail_leads_to_four_times_and_one_press_books(clinic: Clinic, settings: Settings) -> None:
    a_cancelled_one(clinic)
    path = link_in_mail(clinic, settings, "appointment.cancelled")
    visit = a_stranger(clinic)
    page = visit.open(path)
    assert "Times for Chicago (CST)" in page.text
    assert len(buttons(page)) == 4
    done = visit.press(page, buttons(page)[1])
    assert done.h1 == ["Booked"]
    booked = [one for one in clinic.appointments() if one.status == Status.BOOKED]
    assert len(booked) == 1
    assert booked[0].practitioner_id == clinic.dana.id


def test_looking_changes_nothing(clinic: Clinic, settings: Settings) -> None:
    a_cancelled_one(clinic)
    path = link_in_mail(clinic, settings, "appointment.cancelled")
    for _ in range(3):
        a_stranger(clinic).open(path)
    assert [one.status for one in clinic.appointments()] == [Status.CANCELLED]


def test_a_replay_and_another_time_show_the_same_booking(clinic: Clinic, settings: Settings) -> None:
    a_cancelled_one(clinic)
    path = link_in_mail(clinic, settings, "appointment.cancelled")
    visit = a_stranger(clinic)
    page = visit.open(path)
    first, other = buttons(page)[:2]
    pages = [visit.press(page, words) for words in (first, first, other)]
    clinic.set_clock(NOW + timedelta(days=10))
    pages.append(visit.open(path))
    assert {one.text for one in pages[:3]} == {pages[0].text}
    assert pages[3].h1 == ["Booked"]
    assert len([one for one in clinic.appointments() if one.status == Status.BOOKED]) == 1


def test_a_time_lost_meanwhile_is_said_and_others_are_there(clinic: Clinic, settings: Settings) -> None:
    a_cancelled_one(clinic)
    path = link_in_mail(clinic, settings, "appointment.cancelled")
    visit = a_stranger(clinic)
    page = visit.open(path)
    value = next(one.value for form in page.forms for one in form.buttons if one.name == "slot")
    starts_at = datetime.strptime(value.partition(".")[2], "%Y%m%dT%H%MZ").replace(tzinfo=NOW.tzinfo)
    clinic.taken_by_another(starts_at)
    lost = visit.press(page, buttons(page)[0])
    assert lost.status == 409
    assert "That time has just been taken." in lost.text
    assert len(buttons(lost)) == 4


def test_wrong_and_old_links_give_one_page_with_a_way_on(clinic: Clinic, settings: Settings) -> None:
    one = a_cancelled_one(clinic)
    path = link_in_mail(clinic, settings, "appointment.cancelled")
    visit = a_stranger(clinic)
    wrong = [
        visit.open(path[:-1] + ("0" if path[-1] != "0" else "1")),
        visit.open(f"/again/{one.id}.ffffffff.{'0' * 43}"),
        visit.open("/again/nothing"),
        visit.open("/again/%C3%A9.1.2"),
        visit.open(f"/again/{make_pass(KEY, 'elsewhere', one.id, NOW + timedelta(days=1))}"),
    ]
    clinic.set_clock(NOW + timedelta(days=14, seconds=1))
    wrong.append(visit.open(path))
    assert {page.status for page in wrong} == {404}
    assert len({page.text for page in wrong}) == 1
    assert "Did a link from a mail bring you here?" in wrong[0].text


def test_a_missed_time_is_told_kindly_half_an_hour_later(clinic: Clinic, settings: Settings) -> None:
    one = clinic.booked()
    after = TUESDAY_3PM + timedelta(hours=1)
    clinic.set_clock(after)
    with clinic.database.write() as session:
        miss(session, one.id, by=clinic.dana.id, now=after)
    with clinic.database.read() as session:
        [delivery] = [d for d in session.query(Delivery) if d.kind == "appointment.missed"]
        assert delivery.due_at == after + timedelta(minutes=30)
    page = a_stranger(clinic).open(link_in_mail(clinic, settings, "appointment.missed", after))
    assert len(buttons(page)) == 4


def test_a_slip_put_right_is_never_told(clinic: Clinic, settings: Settings) -> None:
    one = clinic.booked()
    after = TUESDAY_3PM + timedelta(hours=1)
    with clinic.database.write() as session:
        miss(session, one.id, by=clinic.dana.id, now=after)
        [told] = owed(session, ["appointment.missed"])
        fulfil(session, one.id, by=clinic.dana.id, now=after + timedelta(minutes=5))
    assert {state for key, state in states(clinic.database).items() if "missed" in key} == {"dropped"}
    with clinic.database.read() as session:
        assert render(session, told, settings, now=after) is None
    with clinic.database.write() as session:
        miss(session, one.id, by=clinic.dana.id, now=after + timedelta(minutes=6))
    assert sorted(s for key, s in states(clinic.database).items() if "missed" in key) == [
        "dropped",
        "waiting",
    ]


def test_late_bookkeeping_writes_to_nobody(clinic: Clinic) -> None:
    one = clinic.booked()
    with clinic.database.write() as session:
        miss(session, one.id, by=clinic.dana.id, now=TUESDAY_3PM + timedelta(days=4))
    assert [key for key in states(clinic.database) if "missed" in key] == []


def test_the_members_own_page_leads_there_too(clinic: Clinic) -> None:
    one = a_cancelled_one(clinic, by=clinic.jonah.id)
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open(jonah.open(f"/appointments/{one.id}").link("Find another time"))
    assert page.path.startswith("/again/")
    assert page.h1 == ["Choose another time"]


def test_only_the_one_it_was_mailed_to_is_booked_for(clinic: Clinic, settings: Settings) -> None:
    a_cancelled_one(clinic)
    path = link_in_mail(clinic, settings, "appointment.cancelled")
    with clinic.database.write() as session:
        priya = a_member(session, name="Priya")
    visit = clinic.visit(priya)
    page = visit.open(path)
    visit.press(page, buttons(page)[0])
    assert len([one for one in clinic.appointments() if one.status == Status.BOOKED]) == 1


def test_a_service_that_is_closed_shows_a_way_on(clinic: Clinic, settings: Settings) -> None:
    a_cancelled_one(clinic)
    path = link_in_mail(clinic, settings, "appointment.cancelled")
    with clinic.database.write() as session:
        session.get_one(Service, clinic.service.id).active = False
    page = a_stranger(clinic).open(path)
    assert buttons(page) == []
    assert "Nothing is free with Dana now" in page.text


def test_the_pass_never_reaches_a_log(
    clinic: Clinic, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    a_cancelled_one(clinic)
    path = link_in_mail(clinic, settings, "appointment.cancelled")
    caplog.set_level(logging.DEBUG)
    visit = a_stranger(clinic)
    page = visit.open(path)
    visit.press(page, buttons(page)[0])
    visit.open(path + "x")
    secret = path.removeprefix("/again/")
    logged = [repr(record.__dict__) for record in caplog.records if record.name.startswith("evenside")]
    assert logged
    assert not any(secret in line for line in logged)


def test_nobody_keeps_a_copy_of_the_page(clinic: Clinic, settings: Settings) -> None:
    a_cancelled_one(clinic)
    response = clinic.app.test_client().get(link_in_mail(clinic, settings, "appointment.cancelled"))
    assert read_page(response).status == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_a_pass_is_for_one_purpose_and_until_a_day() -> None:
    token = make_pass(KEY, "again", "abc", NOW)
    assert read_pass(KEY, "again", token, now=NOW - timedelta(seconds=1)) == "abc"
    assert read_pass(KEY, "again", token, now=NOW) is None
    assert read_pass(KEY, "other", token, now=NOW - timedelta(seconds=1)) is None
    assert read_pass(bytes(32), "again", token, now=NOW - timedelta(seconds=1)) is None
