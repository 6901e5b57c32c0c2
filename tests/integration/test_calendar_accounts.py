"""App passwords, the page that makes them, and what a CalDAV request may not do (R20 to R24, RFC 4791)."""

import logging
import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from flask import Flask
from sqlalchemy import select

from foundation.database import Database
from scheduling.appointments import Appointment, cancel
from scheduling.calendars.accounts import (
    MOST_ACCOUNTS,
    CalendarAccount,
    TooManyAccounts,
    UnknownAccount,
    end_account,
    find_account,
    open_account,
)
from scheduling.calendars.showing import Detail
from scheduling.meetings import add_meeting
from tests.builders.people import a_member
from tests.builders.scheduling import House, a_booking
from tests.conftest import Clock
from tests.pages import Visit
from tests.posting import browser_of, send
from web.dav.access import WRONG_FROM_NETWORK

PAGE = "/account/calendars/phones"
OWN = "/dav/calendars/member/"
SYNC = '<sync-collection xmlns="DAV:"><sync-token>{}</sync-token><prop><getetag/></prop></sync-collection>'
QUERY = (
    '<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/></d:prop>'
    '<c:filter><c:comp-filter name="VCALENDAR">{}</c:comp-filter></c:filter></c:calendar-query>'
)


@dataclass
class Story:
    app: Flask
    database: Database
    clock: Clock
    house: House
    account: CalendarAccount
    password: str

    def ask(self, method: str, path: str, body: str | bytes = "", **headers: str) -> Any:
        known = f"{self.house.ana.email}:{self.password}"
        sent = {"Authorization": f"Basic {b64encode(known.encode()).decode()}"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.test_client().open(path, method=method, data=body, headers=sent | named)

    def names(self, answer: Any) -> list[str]:
        assert answer.status_code == 207, answer.text
        return re.findall(r"<d:href>/dav/calendars/member/(\w+\.ics)</d:href>", answer.text)


@pytest.fixture
def story(app: Flask, database: Database, clock: Clock) -> Story:
    with database.write() as session:
        house = House(session)
        who: Any = {"member": house.ana, "practitioner": house.dana, "service": house.service, "now": clock()}
        for weeks in range(2):
            a_booking(session, clock().replace(hour=10) + timedelta(days=4 + 7 * weeks), **who)
        words: Any = {"title": "Phone", "wording": "Appointment", "detail": Detail.WORD, "now": clock()}
        account, password = open_account(session, house.ana.id, **words)
    return Story(app, database, clock, house, account, password)


def test_the_password_is_kept_as_a_digest_and_found_however_it_is_typed(story: Story) -> None:
    with story.database.read() as session:
        kept = session.get_one(CalendarAccount, story.account.id)
        assert story.password not in str(vars(kept)) and story.password.replace("-", "") not in str(
            vars(kept)
        )
        for typed in (story.password, story.password.upper(), story.password.replace("-", "")):
            assert find_account(session, story.house.ana.email.upper(), typed).id == story.account.id
        for address, typed in (
            (story.house.ben.email, story.password),
            (story.house.ana.email, "x"),
            ("", ""),
        ):
            with pytest.raises(UnknownAccount):
                find_account(session, address, typed)


def test_its_use_is_noted_and_it_ends_at_once(story: Story) -> None:
    assert story.ask("PROPFIND", "/dav/").status_code == 207
    with story.database.write() as session:
        assert session.get_one(CalendarAccount, story.account.id).last_used_at == story.clock()
        with pytest.raises(UnknownAccount):
            end_account(session, story.account.id, story.house.ben.id, now=story.clock())
        end_account(session, story.account.id, story.house.ana.id, now=story.clock())
    assert story.ask("PROPFIND", "/dav/").status_code == 401


def test_who_has_left_reads_nothing(story: Story) -> None:
    with story.database.write() as session:
        session.merge(story.house.ana).departed_at = story.clock()
    assert story.ask("PROPFIND", "/dav/").status_code == 401


def test_guessing_is_slowed_down(story: Story) -> None:
    right = story.password
    story.password = "wrong"
    answers = [story.ask("PROPFIND", "/dav/").status_code for _ in range(WRONG_FROM_NETWORK.most + 1)]
    assert answers == [401] * WRONG_FROM_NETWORK.most + [429]
    story.clock.set(story.clock() + WRONG_FROM_NETWORK.window)
    assert story.ask("PROPFIND", "/dav/").status_code == 401
    story.password = right
    assert story.ask("PROPFIND", "/dav/").status_code == 207


def test_an_old_phone_with_a_dead_password_locks_nobody_else_out(story: Story) -> None:
    """A whole clinic may come from one network, and phones try again all day."""
    right, story.password = story.password, "dead"
    for _ in range(WRONG_FROM_NETWORK.most + 1):
        story.ask("PROPFIND", "/dav/")
    story.password = right
    assert story.ask("PROPFIND", "/dav/").status_code == 207


def test_a_browsers_session_opens_nothing_here(story: Story) -> None:
    browser = browser_of(story.app, story.house.ana)
    assert browser.open("/dav/", method="PROPFIND").status_code == 401


CHANGES = ("PUT", "DELETE", "PROPPATCH", "MKCALENDAR", "MOVE", "COPY", "LOCK", "POST")


@pytest.mark.parametrize("method", CHANGES)
def test_nothing_can_be_written_and_that_is_said_plainly(story: Story, method: str) -> None:
    name = story.names(story.ask("PROPFIND", OWN, Depth="1"))[0]
    for path in (OWN, f"{OWN}{name}", f"{OWN}new.ics"):
        answer = story.ask(method, path, "BEGIN:VCALENDAR")
        assert (answer.status_code, "for reading" in answer.text) == (403, True)


def test_sync_tells_what_is_other_than_before(story: Story) -> None:
    first = story.ask("REPORT", OWN, SYNC.format(""))
    token = re.findall("<d:sync-token>(.*)</d:sync-token>", first.text)[0]
    assert len(story.names(first)) == 2
    assert story.names(story.ask("REPORT", OWN, SYNC.format(token))) == []
    gone = _first_booked(story)
    with story.database.write() as session:
        cancel(session, gone.id, by=story.house.ana.id, now=story.clock())
    later = story.ask("REPORT", OWN, SYNC.format(token))
    assert len(story.names(later)) == 1
    assert "404 Not Found" in later.text
    assert token not in later.text
    assert len(story.names(story.ask("REPORT", OWN, SYNC.format("")))) == 1


@pytest.mark.parametrize("token", ["data:,99", "data:,0", "data:,x", "data:,-1", "x", "data:," + "9" * 400])
def test_a_token_that_we_never_gave_asks_for_everything_anew(story: Story, token: str) -> None:
    answer = story.ask("REPORT", OWN, SYNC.format(token))
    assert (answer.status_code, "valid-sync-token" in answer.text) == (403, True)


def test_a_query_by_time_finds_what_takes_place_then(story: Story) -> None:
    one = _first_booked(story)
    for start, end, found in ((-1, 1, 1), (1, 2, 0), (-400, 400, 2)):
        span = f'start="{_z(one, start)}" end="{_z(one, end)}"'
        asked = QUERY.format(f'<c:comp-filter name="VEVENT"><c:time-range {span}/></c:comp-filter>')
        assert len(story.names(story.ask("REPORT", OWN, asked))) == found
    assert story.names(story.ask("REPORT", OWN, QUERY.format('<c:comp-filter name="VTODO"/>'))) == []
    assert len(story.names(story.ask("REPORT", OWN, QUERY.format("")))) == 2


def test_a_filter_that_we_do_not_know_is_named(story: Story) -> None:
    asked = QUERY.format('<c:comp-filter name="VEVENT"><c:prop-filter name="LOCATION"/></c:comp-filter>')
    answer = story.ask("REPORT", OWN, asked)
    assert (answer.status_code, "supported-filter" in answer.text) == (403, True)


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    '<propfind xmlns="DAV:"><prop><x>&b;</x></prop></propfind>'
)
OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><propfind xmlns="DAV:"><prop>&a;</prop></propfind>'
)


@pytest.mark.parametrize(
    "body",
    [BOMB, OUTSIDE, "<propfind", "\x00", "<a>" * 6000, "<a/>" + "x" * 140_000, "BEGIN:VCALENDAR", "<?xml?>"],
)
def test_xml_that_means_harm_is_not_understood(story: Story, body: str) -> None:
    for method, path in (("PROPFIND", "/dav/"), ("REPORT", OWN)):
        answer = story.ask(method, path, body)
        assert answer.status_code == 400, answer.text
        assert "root:" not in answer.text and "aaaa" not in answer.text


def test_a_small_question_asks_for_no_hundreds_of_megabytes(story: Story) -> None:
    far, names = "n" * 50_000, "".join(f"<x:a{number}/>" for number in range(90))
    many = "".join(f"<a{number}/>" for number in range(3000))
    for prop in (f'<prop xmlns:x="{far}">{names}</prop>', f"<prop>{many}</prop>", f"<prop><{far}/></prop>"):
        for spelt in ("utf-8", "utf-16"):
            asked = f'<propfind xmlns="DAV:">{prop}</propfind>'.encode(spelt)
            answer = story.ask("PROPFIND", OWN, asked, Depth="1")
            assert (answer.status_code, len(answer.data) < 10_000) == (400, True)
    name = story.names(story.ask("PROPFIND", OWN, Depth="1"))[0]
    same = f"<href>{OWN}{name}</href>" * 1000
    many = f'<c:calendar-multiget xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">{same}'
    assert story.names(story.ask("REPORT", OWN, f"{many}</c:calendar-multiget>")) == [name]


@pytest.mark.parametrize(
    "span", [("00010101", "00010102"), ("00010101", "99991231"), ("99991230", "99991231")]
)
def test_the_ends_of_time_may_be_asked_for(story: Story, span: tuple[str, str]) -> None:
    first = story.clock().date()
    with story.database.write() as session:
        weekly: Any = {"weekday": 4, "minute_of_day": 600, "minutes": 60, "audience": "open", "summary": ""}
        add_meeting(
            session, slug="x", title="X", timezone="UTC", first_date=first, now=story.clock(), **weekly
        )
    start, end = (f"{day}T000000Z" for day in span)
    for bounds in (f'start="{start}" end="{end}"', f'start="{start}"', f'end="{end}"'):
        asked = QUERY.format(f'<c:comp-filter name="VEVENT"><c:time-range {bounds}/></c:comp-filter>')
        for calendar in (OWN, "/dav/calendars/meetings/"):
            assert story.ask("REPORT", calendar, asked).status_code == 207


def test_a_name_may_hold_anything_and_stays_a_name(story: Story) -> None:
    odd = '<propfind xmlns="DAV:"><prop><x xmlns="a&quot; onload=&quot;"/><y xmlns=""/></prop></propfind>'
    answer = story.ask("PROPFIND", "/dav/", odd)
    assert answer.status_code == 207
    names = {one.tag for one in fromstring(answer.text).iter()}
    assert {'{a" onload="}x', "y"} <= names


def test_others_calendars_and_kinds_look_like_none(story: Story) -> None:
    for path in ("/dav/calendars/practitioner/", "/dav/calendars/team/", "/dav/calendars/x/", f"{OWN}x.ics"):
        assert story.ask("PROPFIND", path).status_code == 404
        assert story.ask("GET", path).status_code == 404


def test_everything_private_stays_out_of_caches_and_logs(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = story.ask("PROPFIND", OWN, Depth="1")
    assert answer.headers["Cache-Control"] == "no-store"
    logged = "".join(str(record.__dict__) for record in caplog.records)
    assert caplog.records
    assert story.password not in logged and story.house.ana.email not in logged


def test_the_page_makes_one_shows_it_once_and_ends_it(story: Story, app: Flask) -> None:
    browser = browser_of(app, story.house.ben)
    visit = Visit(browser)
    assert "None yet" in visit.open(PAGE).text
    chosen = {"title": "My tablet", "word": "Busy", "own": "", "detail": "word"}
    made = send(browser, PAGE, chosen, page=PAGE)
    password = re.findall(r"\b(?:[a-z2-9]{4}-){6}[a-z2-9]{4}\b", made.text)[0]
    assert story.house.ben.email in made.text
    page = visit.open(PAGE)
    assert "My tablet shows Busy" in page.text and password not in page.text
    with story.database.read() as session:
        assert find_account(session, story.house.ben.email, password).wording == "Busy"
    visit.press(visit.open(page.link("End it")), "End it")
    with story.database.read() as session, pytest.raises(UnknownAccount):
        find_account(session, story.house.ben.email, password)
    assert browser.get(f"{PAGE}/{story.account.id}/end").status_code == 404


def test_there_is_an_end_to_how_many(story: Story) -> None:
    words: Any = {"title": "x", "wording": "x", "detail": Detail.WORD, "now": story.clock()}
    with story.database.write() as session:
        lee = a_member(session, name="Lee")
        for _ in range(MOST_ACCOUNTS):
            open_account(session, lee.id, **words)
        with pytest.raises(TooManyAccounts):
            open_account(session, lee.id, **words)


def _first_booked(story: Story) -> Any:
    with story.database.read() as session:
        return session.scalars(select(Appointment).order_by(Appointment.starts_at)).first()


def _z(one: Any, hours: int) -> str:
    moment = one.starts_at + timedelta(hours=hours)
    return f"{moment:%Y%m%dT%H%M%SZ}"
