"""A member's evening through the nginx of deploy/: pages from one service, sockets from another."""

import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlencode

import pytest
import websocket

from auth.links import issue_link
from auth.people import Person, find_person
from cli.wiring import utc_now
from tests.live_house import LiveEvening, a_live_evening
from tests.nginx import NAME, Front, NoNginx, find_nginx, running_nginx
from tests.valkey_server import running_valkey
from tests.visitor import token_in
from tests.web_process import Web, web_process

PATIENCE = 60
ORIGIN = f"https://{NAME}"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, Web]]:
    """Pages, sockets: two processes that hear of each other through Valkey."""
    data = tmp_path_factory.mktemp("house")
    with running_valkey(tmp_path_factory.mktemp("valkey")) as valkey:
        chosen: dict[str, Any] = {"BASE_URL": ORIGIN, "TRUSTED_PROXIES": "127.0.0.1", "REDIS_URL": valkey.url}
        with web_process(data, **chosen) as web, web_process(data, **chosen) as live:
            yield web, live


@pytest.fixture(scope="module")
def front(services: tuple[Web, Web], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    try:
        find_nginx()
    except NoNginx as reason:
        pytest.skip(str(reason))
    web, live = (int(one.url.rpartition(":")[2]) for one in services)
    with running_nginx(tmp_path_factory.mktemp("nginx"), web=web, live=live) as running:
        yield running


@pytest.fixture
def evening(services: tuple[Web, Web]) -> LiveEvening:
    return a_live_evening(services[0].database, members=1)


def trusting() -> ssl.SSLContext:
    """The certificate is the test's own."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Named(HTTPSConnection):
    """Goes to this machine, and asks for the public name."""

    def __init__(self, front: Front) -> None:
        super().__init__("127.0.0.1", front.https, timeout=PATIENCE, context=trusting())

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), self.timeout)
        self.sock = trusting().wrap_socket(plain, server_hostname=NAME)


class Browser:
    def __init__(self, front: Front) -> None:
        self.front = front
        self.cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def ask(self, method: str, path: str, body: str | None = None, **more: str) -> tuple[HTTPResponse, str]:
        headers = {"Host": NAME, "Cookie": self.cookie, "Origin": ORIGIN}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = Named(self.front)
        try:
            line.request(method, path, body, headers | {key.replace("_", "-"): v for key, v in more.items()})
            answer = line.getresponse()
            text = answer.read().decode()
        finally:
            line.close()
        for one in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = one.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer, text

    def fill_in(self, path: str, to: str, **form: str) -> str:
        """Open a page and send a form of it; where that led."""
        _, page = self.ask("GET", path)
        answer, text = self.ask("POST", to, urlencode({"csrf_token": token_in(page), **form}))
        assert answer.status == 303, (answer.status, text[:300])
        return answer.headers["Location"]

    def sign_in(self, services: tuple[Web, Web], person: Person) -> None:
        with services[0].database.write() as session:
            secret = issue_link(session, find_person(session, person.id), now=utc_now())
        self.fill_in(f"/sign-in/{secret}", f"/sign-in/{secret}")


class Line:
    """A WebSocket through nginx, in plain Socket.IO."""

    def __init__(self, browser: Browser, **more: Any) -> None:
        wire = socket.create_connection(("127.0.0.1", browser.front.https), PATIENCE)
        self.wire = websocket.create_connection(
            f"wss://{NAME}/socket.io/?EIO=4&transport=websocket",
            socket=trusting().wrap_socket(wire, server_hostname=NAME),
            cookie=browser.cookie, timeout=PATIENCE, **{"origin": ORIGIN, **more},
        )  # fmt: skip
        self.until(lambda text: text.startswith("0"))
        self.wire.send("40/live,")
        self.until(lambda text: text.startswith("40/live,"))

    def call(self, number: int, event: str, **data: object) -> dict[str, Any]:
        self.wire.send(f"42/live,{number}{json.dumps([event, data])}")
        text = self.until(lambda one: one.startswith(f"43/live,{number}["))
        (answer,) = json.loads(text[text.index("[") :])
        assert answer["ok"], answer
        return dict(answer)

    def until(self, is_it: Callable[[str], bool]) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if is_it(text := str(self.wire.recv())):
                return text
        raise AssertionError("it did not come in time")


def test_a_member_signs_in_comes_in_and_is_heard(
    front: Front, services: tuple[Web, Web], evening: LiveEvening
) -> None:
    """Signed in at one process, in the room at the other: no session is bound to a process."""
    desk, ana = Browser(front), Browser(front)
    desk.sign_in(services, evening.moderator)
    ana.sign_in(services, evening.members[0])
    assert set(ana.cookies) == {"__Host-sid"}
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


def test_no_header_of_a_visitor_changes_who_we_are(front: Front, evening: LiveEvening) -> None:
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
    line.request("GET", "/calendar/secret.ics", headers={"Host": NAME})
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


def test_the_log_knows_neither_people_nor_secrets(front: Front, services: tuple[Web, Web]) -> None:
    browser = Browser(front)
    browser.ask("GET", "/calendar/a-very-secret-link.ics")
    browser.ask("GET", "/sign-in/another-secret?next=/third-secret")
    deadline = time.monotonic() + PATIENCE
    while front.log().count("[masked]") < 2:
        assert time.monotonic() < deadline, front.log()
        time.sleep(0.02)
    assert not re.search(r"secret|127\.0\.0\.1", front.log())
