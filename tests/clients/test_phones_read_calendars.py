"""Standard CalDAV clients and the running house: python-caldav, vdirsyncer, tsdav, what DAVx5 sends."""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import caldav
import pytest
from defusedxml.ElementTree import fromstring

from cli.wiring import utc_now
from foundation.database import Database
from scheduling.appointments import Appointment, cancel
from scheduling.calendars.accounts import end_account, open_account
from scheduling.calendars.showing import Detail
from tests.builders import scheduling
from tests.builders.scheduling import a_booking, a_meeting
from tests.house import House
from tests.node import Node

ACCOUNT_READER = Path(__file__).parents[1] / "js" / "read_account.cjs"
D, C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
CALDAV = 'xmlns:c="urn:ietf:params:xml:ns:caldav"'
AN_EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20270101T000000Z\r\n"
    "DTSTART:20270101T000000Z\r\nSUMMARY:Mine\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@dataclass
class Phone:
    """Ana's, with an app password; Dana sees her on three Tuesdays, and there is an open evening."""

    house: House
    user: str = ""
    password: str = ""
    account_id: str = ""
    booked: list[Appointment] = field(default_factory=list)

    def set_up(self, database: Database) -> None:
        now = utc_now()
        with database.write() as session:
            clinic = scheduling.House(session)
            who: Any = {
                "member": clinic.ana,
                "practitioner": clinic.dana,
                "service": clinic.service,
                "now": now,
            }
            self.booked = [a_booking(session, one, **who) for one in _tuesdays(now)]
            a_meeting(session, audience="open", title="Open evening")
            words = {"title": "Phone", "wording": "Appointment", "detail": Detail.WORD}
            account, self.password = open_account(session, clinic.ana.id, now=now, **words)  # type: ignore[arg-type]
            self.account_id, self.user = account.id, clinic.ana.email

    def cancel(self, one: Appointment) -> None:
        with self.house.database.write() as session:
            cancel(session, one.id, by=one.member_id, now=utc_now())

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[HTTPResponse, bytes]:
        """As DAVx5 does it, without a library's help."""
        sent = {"Authorization": f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode()}"}
        connection = HTTPConnection(urlsplit(self.house.url).netloc, timeout=60)
        connection.request(method, path, body.encode(), sent | headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def hrefs(self, method: str, path: str, body: str, **headers: str) -> dict[str, Any]:
        answer, content = self.ask(method, path, body, **headers)
        assert answer.status == 207, content
        return {one.findtext(f"{D}href"): one for one in fromstring(content).iter(f"{D}response")}


def _tuesdays(now: datetime) -> list[datetime]:
    first = (now + timedelta(days=(1 - now.weekday()) % 7 + 7)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    return [first + timedelta(weeks=number) for number in range(3)]


@pytest.fixture
def phone(house: House) -> Phone:
    made = Phone(house)
    made.set_up(house.database)
    return made


@pytest.fixture
def client(phone: Phone) -> Iterator[Any]:
    way_in = f"{phone.house.url}/.well-known/caldav"
    with caldav.DAVClient(way_in, username=phone.user, password=phone.password) as opened:
        yield opened


def own(client: Any) -> Any:
    return next(one for one in client.principal().calendars() if one.name == "My dates")


def test_python_caldav_finds_and_reads_everything(phone: Phone, client: Any) -> None:
    calendars = client.principal().calendars()
    assert sorted(one.name for one in calendars) == ["Meetings", "My dates"]
    events = own(client).events()
    assert {one.icalendar_component["uid"] for one in events} == {one.uid for one in phone.booked}
    assert {str(one.icalendar_component["summary"]) for one in events} == {"Appointment"}
    second = phone.booked[1]
    found = own(client).search(start=second.starts_at, end=second.ends_at, event=True)
    assert [one.icalendar_component["uid"] for one in found] == [second.uid]
    assert own(client).event_by_uid(second.uid).icalendar_component.start == second.starts_at


def test_python_caldav_hears_of_what_is_gone_and_of_nothing_else(phone: Phone, client: Any) -> None:
    kept = own(client).objects_by_sync_token(load_objects=True)
    assert len(list(kept)) == 3
    assert kept.sync() == ([], [])
    phone.cancel(phone.booked[0])
    changed, gone = kept.sync()
    assert (len(list(changed)), len(list(gone))) == (0, 1)


def test_python_caldav_is_told_that_it_may_not_write(client: Any) -> None:
    with pytest.raises(caldav.lib.error.AuthorizationError):
        own(client).save_event(AN_EVENT)
    with pytest.raises(caldav.lib.error.AuthorizationError):
        own(client).events()[0].delete()


def test_vdirsyncer_keeps_a_copy_in_step(phone: Phone, tmp_path: Path) -> None:
    settings = tmp_path / "config"
    settings.write_text(
        f'[general]\nstatus_path = "{tmp_path}/status"\n'
        '[pair both]\na = "ours"\nb = "copy"\ncollections = [["own", "member", "own"]]\n'
        f'[storage ours]\ntype = "caldav"\nurl = "{phone.house.url}/"\nread_only = true\n'
        f'username = "{phone.user}"\npassword = "{phone.password}"\n'
        f'[storage copy]\ntype = "filesystem"\npath = "{tmp_path}/copy"\nfileext = ".ics"\n'
    )
    _vdirsyncer(settings, "discover")
    _vdirsyncer(settings, "sync")
    assert len(list((tmp_path / "copy" / "own").glob("*.ics"))) == 3
    phone.cancel(phone.booked[2])
    _vdirsyncer(settings, "sync")
    kept = "".join(one.read_text() for one in (tmp_path / "copy" / "own").glob("*.ics"))
    assert phone.booked[1].uid in kept and phone.booked[2].uid not in kept


def _vdirsyncer(settings: Path, act: str) -> None:
    program = Path(sys.executable).with_name("vdirsyncer")
    done = subprocess.run(
        [str(program), "-c", str(settings), act],
        input="y\n" * 3,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_tsdav_finds_reads_and_keeps_in_step(phone: Phone, node: Node) -> None:
    with tsdav_of(phone, node) as look:
        first = look(phone.password)
        assert sorted(first) == ["Meetings", "My dates"]
        assert all(any(one.uid in entry for entry in first["My dates"]) for one in phone.booked)
        phone.cancel(phone.booked[1])
        mine = look("again")["My dates"]
        assert len(mine) == 2 and phone.booked[1].uid not in "".join(mine)


@contextmanager
def tsdav_of(phone: Phone, node: Node) -> Iterator[Callable[[str], dict[str, list[str]]]]:
    """What it has of each calendar, each time that it is told to look; the first line is the password."""
    command = node.command(ACCOUNT_READER, f"{phone.house.url}/.well-known/caldav", phone.user)
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=node.environment, **pipes) as tsdav:

        def look(line: str) -> dict[str, list[str]]:
            assert tsdav.stdin is not None and tsdav.stdout is not None
            print(line, file=tsdav.stdin, flush=True)
            told: dict[str, list[str]] = json.loads(tsdav.stdout.readline())
            return told

        yield look


def test_a_web_or_android_client_goes_the_whole_way(phone: Phone) -> None:
    answer, _ = phone.ask("PROPFIND", "/.well-known/caldav", Depth="0")
    assert (answer.status, answer.headers["Location"]) == (301, "/dav/")
    who = '<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>'
    (root,) = phone.hrefs("PROPFIND", "/dav/", who, Depth="0").values()
    principal = root.findtext(f".//{D}current-user-principal/{D}href")
    where = f'<propfind xmlns="DAV:" {CALDAV}><prop><c:calendar-home-set/></prop></propfind>'
    (found,) = phone.hrefs("PROPFIND", principal, where, Depth="0").values()
    home = found.findtext(f".//{C}calendar-home-set/{D}href")
    what = (
        '<propfind xmlns="DAV:" xmlns:s="http://calendarserver.org/ns/"><prop><resourcetype/><displayname/>'
        "<s:getctag/><sync-token/><current-user-privilege-set/></prop></propfind>"
    )
    calendars = phone.hrefs("PROPFIND", home, what, Depth="1")
    mine = next(path for path in calendars if path.endswith("/member/"))
    assert calendars[mine].find(f".//{D}privilege/{D}read") is not None
    assert calendars[mine].find(f".//{D}privilege/{D}write") is None
    asked = "<sync-token/><sync-level>1</sync-level><prop><getetag/></prop>"
    sync = f'<sync-collection xmlns="DAV:">{asked}</sync-collection>'
    objects = phone.hrefs("REPORT", mine, sync)
    assert len(objects) == 3
    wanted = "".join(f"<d:href>{one}</d:href>" for one in (*objects, f"{mine}nothing.ics"))
    several = (
        '<c:calendar-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/>'
        f"<c:calendar-data/></d:prop>{wanted}</c:calendar-multiget>"
    )
    told = phone.hrefs("REPORT", mine, several)
    data = [one.findtext(f".//{C}calendar-data") for one in told.values()]
    assert sum("BEGIN:VEVENT\r\n" in one for one in data if one) == 3
    assert "404" in told[f"{mine}nothing.ics"].findtext(f"{D}status")
    path = next(iter(objects))
    answer, content = phone.ask("GET", path)
    assert content.decode() in data
    answer, content = phone.ask("GET", path, **{"If-None-Match": answer.headers["ETag"]})
    assert (answer.status, content) == (304, b"")


def test_an_ended_password_opens_nothing_from_that_moment(phone: Phone) -> None:
    assert phone.ask("PROPFIND", "/dav/", Depth="0")[0].status == 207
    with phone.house.database.write() as session:
        owner = phone.booked[0].member_id
        end_account(session, phone.account_id, owner, now=datetime.now(UTC))
    answer, content = phone.ask("PROPFIND", "/dav/", Depth="0")
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (
        401,
        'Basic realm="Calendar", charset="UTF-8"',
    )
    assert b"app password" in content


def test_a_wrong_secret_of_any_length_gets_the_same_answer(phone: Phone) -> None:
    """Also from the server in front, which has a limit of its own."""
    answers = [phone.ask("GET", f"/calendar/{one}.ics") for one in ("x", "x" * 43, "x" * 10_000)]
    told = {(one.status, content, str(sorted(_steady(one)))) for one, content in answers}
    assert len(told) == 1
    assert answers[0][0].status == 404


def _steady(answer: HTTPResponse) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.getheaders() if name != "Date"]
