"""Everything that somebody has open in a running house: a page, a socket in the room, a calendar's feed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests
import socketio

from auth.people import Person, Role
from cli.wiring import utc_now
from scheduling.calendars.feeds import FeedKind, create_feed
from tests.builders.people import a_coordinator, a_person
from tests.house import House
from tests.peers import PATIENCE, wait_until
from tests.visitor import Visitor, token_in

NAMESPACE = "/live"


@dataclass
class WaysIn:
    """`heard` is what the room said when it let them go."""

    house: House
    person: Person
    browser: Visitor
    cookie: str
    feed: str
    line: Any
    heard: list[Any]

    def reads_page(self) -> bool:
        """With the cookie that they came in with."""
        asked = {"Cookie": self.cookie}
        page = requests.get(
            f"{self.house.url}/account", headers=asked, allow_redirects=False, timeout=PATIENCE
        )
        return page.status_code == HTTPStatus.OK

    def read_feed(self) -> int:
        return requests.get(self.house.url + self.feed, timeout=PATIENCE).status_code

    def close(self) -> None:
        self.line.disconnect()
        self.line.eio.ws.close()  # the library leaves it open when the server ended the talk
        self.browser.close()

    def seconds_until_out(self, *, also_the_feed: bool) -> float:
        """From now until the page asks for a sign-in, the socket is cut, and the feed is not there."""
        begun = time.monotonic()
        wait_until(lambda: not self.reads_page(), "the page still opens")
        wait_until(lambda: not self.line.connected, "the socket still hears")
        if also_the_feed:
            wait_until(lambda: self.read_feed() == HTTPStatus.NOT_FOUND, "the feed is still read")
        return time.monotonic() - begun


def everything_open(house: House, room: str) -> WaysIn:
    """A member who is signed in, sits in this room, and whose phone reads a calendar."""
    with house.database.write() as session:
        person = a_person(session, Role.MEMBER, name="Zoe", now=utc_now())
        _, secret = create_feed(session, owner_id=person.id, kind=FeedKind.MEMBER, now=utc_now())
    browser = Visitor(house)
    browser.sign_in(person.email)
    line, heard = socketio.Client(reconnection=False), list[Any]()
    line.on("gone", heard.append, namespace=NAMESPACE)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    line.connect(house.url, headers={"Cookie": cookie}, namespaces=[NAMESPACE], transports=["websocket"])
    line.call("join", {"room": room}, namespace=NAMESPACE, timeout=PATIENCE)
    opened = WaysIn(house, person, browser, cookie, f"/calendar/{secret}.ics", line, heard)
    assert opened.reads_page()
    assert opened.read_feed() == HTTPStatus.OK
    return opened


def sign_out_everywhere(theirs: WaysIn) -> None:
    token = token_in(theirs.browser.get("/account"))
    theirs.browser.post("/account/sessions/end", {"csrf_token": token})


def give_another_role(theirs: WaysIn) -> None:
    _as_coordinator(theirs, "/roles", {"roles": Role.MODERATOR.value})


def see_off(theirs: WaysIn) -> None:
    _as_coordinator(theirs, "/leave", {})


ENDINGS: dict[str, tuple[Callable[[WaysIn], None], bool]] = {
    "signed out everywhere": (sign_out_everywhere, False),
    "another role": (give_another_role, True),
    "departed": (see_off, True),
}
"""How it ends, and whether the feed ends with it: whoever signs out keeps their calendar."""


def _as_coordinator(theirs: WaysIn, act: str, form: dict[str, str]) -> None:
    page = f"/admin/people/{theirs.person.id}"
    with theirs.house.database.write() as session:
        cora = a_coordinator(session, name="Cora Field", now=utc_now())
    with Visitor(theirs.house) as desk:
        desk.sign_in(cora.email)
        desk.post(page + act, {"csrf_token": token_in(desk.get(page)), **form})
