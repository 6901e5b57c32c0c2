"""Two web services on one database: each room is one, whoever sits where, with Valkey's help and without.

The service `far` beats no pulse: what it hears of the other's commits came through Valkey. The service
`near` beats: what Valkey loses, it finds by itself. nginx sends pages to `near` and sockets to `far`.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from uuid import uuid4

import pytest
import websocket

from realtime.valkey import CHANNEL
from tests.beyond_nginx import ORIGIN, Browser, Line, Named
from tests.house import House
from tests.live_house import LiveEvening, a_live_evening
from tests.nginx import NAME, Front, NoNginx, find_nginx, running_nginx
from tests.peers import PATIENCE, PythonPeer, numbers, wait_until
from tests.valkey_server import Valkey, running_valkey
from tests.visitor import Visitor, token_in
from tests.web_process import web_processes

NO_PULSE = f"--config {Path(__file__).parent.parent / 'without_pulse.py'}"
BOTH = ("", NO_PULSE)


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, valkey: Valkey) -> Iterator[Sequence[House]]:
    """near, far"""
    data = tmp_path_factory.mktemp("house")
    chosen = {"BASE_URL": ORIGIN, "TRUSTED_PROXIES": "127.0.0.1", "REDIS_URL": valkey.url}
    with web_processes(data, BOTH, **chosen) as running:
        yield running


class Room:
    """Jonah at the desk and Ana sit on the near service; both again, and Ben, on the far one."""

    def __init__(self, evening: LiveEvening, arrive: Callable[[int, str], PythonPeer]) -> None:
        ana, ben = evening.tokens
        self.evening = evening
        self.desk, self.ana = arrive(0, evening.desk_token), arrive(0, ana)
        self.desk_far = arrive(1, evening.desk_token)
        self.ana_far, self.ben = arrive(1, ana), arrive(1, ben)
        self.join(self.desk)
        opened = self.desk.call("room", {"open": True, "policy": "open", "chat": True})
        assert opened["ok"], opened
        for peer in (self.desk_far, self.ana, self.ana_far, self.ben):
            self.join(peer)

    def join(self, peer: PythonPeer) -> None:
        answer = peer.call("join", {"room": self.evening.slug})
        assert answer["ok"], answer

    def say(self, peer: PythonPeer, text: str) -> int:
        answer = peer.call("chat", {"id": uuid4().hex, "text": text})
        assert answer["ok"], answer
        return int(answer["seq"])


@pytest.fixture
def room(services: Sequence[House]) -> Iterator[Room]:
    with ExitStack() as opened:

        def arrive(where: int, token: str) -> PythonPeer:
            peer = PythonPeer(services[where].url, ORIGIN)
            opened.callback(peer.hang_up)
            peer.connect(token=token)
            return peer

        yield Room(a_live_evening(services[0].database, members=2), arrive)


def hears(peer: PythonPeer, number: int) -> None:
    wait_until(lambda: number in numbers(peer), f"number {number} was never heard")


def test_everybody_hears_the_same_in_the_same_order(room: Room) -> None:
    speakers = (room.ana, room.ben, room.desk)
    said = [room.say(speakers[n % 3], f"Line {n}") for n in range(30)]
    assert said == sorted(said)
    for peer in (room.desk, room.ana, room.ana_far, room.ben):
        hears(peer, said[-1])
        assert [number for number in numbers(peer) if number in said] == said


def test_what_a_form_says_is_heard_on_the_other_service(room: Room, services: Sequence[House]) -> None:
    (ben,) = [one for one in room.evening.members if one.name == "Member 1"]
    with Visitor(services[0]) as browser:
        browser.sign_in(ben.email)
        page = browser.get(f"/meetings/{room.evening.slug}/live")
        form = {"csrf_token": token_in(page), "id": "by-form", "text": "By form"}
        browser.post(f"/meetings/{room.evening.slug}/live/chat", form)
    last = int(room.evening.told()[-1]["seq"])
    hears(room.ben, last)
    hears(room.ana, last)


def test_what_a_flush_a_cut_and_a_silence_lose_the_pulse_finds(room: Room, valkey: Valkey) -> None:
    valkey.ask("FLUSHALL")
    valkey.ask("CLIENT", "KILL", "TYPE", "pubsub")
    hears(room.ana, room.say(room.ben, "Good point about the budget"))
    with valkey.hanging():
        hears(room.ana, room.say(room.ben, "Does the bus run after nine?"))
    wait_until(lambda: valkey.ask("PUBSUB", "NUMSUB", CHANNEL)[1] == len(BOTH))
    hears(room.ben, room.say(room.desk, "It is back"))


def test_somebody_removed_is_out_on_both_services(room: Room) -> None:
    assert remove(room, room.desk)
    for tab in (room.ana, room.ana_far):
        is_sent_out(tab)


def test_somebody_removed_on_the_other_service_is_out_without_valkey_too(room: Room, valkey: Valkey) -> None:
    with valkey.hanging():
        assert remove(room, room.desk_far)
        is_sent_out(room.ana)


def remove(room: Room, desk: PythonPeer) -> bool:
    name = room.ana.call("join", {"room": room.evening.slug})["me"]["name"]
    return bool(desk.call("person", {"pseudonym": name, "action": "remove"})["ok"])


def is_sent_out(tab: PythonPeer) -> None:
    """Told so, and the line is cut."""
    wait_until(lambda: any(event == "gone" for event, _ in tab.heard))
    wait_until(lambda: not tab.is_here())


@pytest.fixture(scope="module")
def front(services: Sequence[House], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    try:
        find_nginx()
    except NoNginx as reason:
        pytest.skip(str(reason))
    near, far = (int(one.url.rpartition(":")[2]) for one in services)
    with running_nginx(tmp_path_factory.mktemp("nginx"), web=near, live=far) as running:
        yield running


@pytest.fixture
def evening(services: Sequence[House]) -> LiveEvening:
    return a_live_evening(services[0].database, members=1)


def test_a_member_signs_in_comes_in_and_is_heard(
    front: Front, services: Sequence[House], evening: LiveEvening
) -> None:
    """Signed in at one process, in the room at the other: no session is bound to a process."""
    desk, ana = Browser(front), Browser(front)
    desk.sign_in(services[0], evening.moderator)
    ana.sign_in(services[0], evening.members[0])
    assert set(ana.cookies) == {"__Host-sid", "__Host-kb"}
    host, member = Line(desk), Line(ana)
    try:
        host.call(1, "join", room=evening.slug)
        host.call(2, "room", open=True, policy="open", chat=True)
        member.call(1, "join", room=evening.slug)
        path = f"/meetings/{evening.slug}/live"
        ana.fill_in(path, f"{path}/chat", id="by-form", text="Said in a form")
        host.until(lambda text: "Said in a form" in text)
        member.call(2, "chat", id="by-socket", text="Said on the socket")
        host.until(lambda text: "Said on the socket" in text)
        _, page = ana.ask("GET", path)
        assert "Said on the socket" in page
    finally:
        host.wire.close()
        member.wire.close()


def test_R14_no_header_of_a_visitor_changes_who_we_are(front: Front, evening: LiveEvening) -> None:
    forged = {"X_Forwarded_Host": "evil.example", "Forwarded": "host=evil.example", "X_Real_IP": "127.0.0.1"}
    answer, page = Browser(front).ask("GET", "/help", **forged)
    assert (answer.status, "evil.example" in page) == (200, False)
    with pytest.raises(websocket.WebSocketBadStatusException):
        Line(Browser(front), origin="https://evil.example", header={"X-Forwarded-Host": "evil.example"})
    for path in ("/metrics", "/readyz"):
        assert Browser(front).ask("GET", path, X_Forwarded_For="127.0.0.1")[0].status == 404


def test_only_our_name_is_answered_and_http_leads_to_https(front: Front) -> None:
    line = HTTPConnection("127.0.0.1", front.http, timeout=PATIENCE)
    line.request("GET", "/meetings", headers={"Host": NAME})
    answer = line.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"{ORIGIN}/meetings")
    line.close()
    for secret in ("/calendar/secret.ics", "/dav/calendars/"):
        line.request("GET", secret, headers={"Host": NAME})
        answer = line.getresponse()
        assert (answer.status, answer.headers["Location"]) == (404, None)
        line.close()
    line.request("GET", "/", headers={"Host": "evil.example"})
    with pytest.raises(ConnectionError):
        line.getresponse()
    line.close()


def test_hsts_is_said_once_and_by_every_answer(front: Front) -> None:
    for path in ("/help", "/no-such-page", "/metrics"):
        said = Browser(front).ask("GET", path)[0].headers.get_all("Strict-Transport-Security")
        assert said == ["max-age=63072000; includeSubDomains"], path


def test_sixty_megabytes_are_refused_before_they_come(front: Front) -> None:
    line = Named(front)
    line.putrequest("POST", "/sign-in", skip_host=True)
    for name, value in {"Host": NAME, "Content-Length": str(60 * 1024 * 1024)}.items():
        line.putheader(name, value)
    line.endheaders()
    assert line.getresponse().status == 413
    line.close()


def test_the_log_knows_neither_people_nor_secrets(front: Front) -> None:
    browser = Browser(front)
    browser.ask("GET", "/calendar/a-very-secret-link.ics")
    browser.ask("GET", "/sign-in/another-secret?next=/third-secret")
    deadline = time.monotonic() + PATIENCE
    while front.log().count("[masked]") < 2:
        assert time.monotonic() < deadline, front.log()
        time.sleep(0.02)
    assert not re.search(r"secret|127\.0\.0\.1", front.log())
