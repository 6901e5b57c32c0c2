"""A person beyond the nginx of deploy/: their browser's requests and their WebSocket, by the public name."""

import json
import socket
import ssl
import time
from collections.abc import Callable
from http.client import HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlencode

import websocket

from auth.links import issue_link
from auth.people import Person, find_person
from cli.wiring import utc_now
from tests.house import House
from tests.nginx import NAME, Front
from tests.visitor import token_in

PATIENCE = 60
ORIGIN = f"https://{NAME}"


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

    def sign_in(self, house: House, person: Person) -> None:
        with house.database.write() as session:
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
