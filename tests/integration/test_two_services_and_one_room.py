"""Two web services on one database: each room is one, whoever sits where, with Valkey's help and without.

The service `far` beats no pulse: what it hears of the other's commits came through Valkey. The service
`near` beats: what Valkey loses, it finds by itself.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests.house import House
from tests.live_house import LiveEvening, a_live_evening
from tests.peers import PATIENCE, PythonPeer, numbers, wait_until
from tests.valkey_server import Valkey, running_valkey
from tests.visitor import Visitor, token_in
from tests.web_process import web_process

NO_PULSE = f"--config {Path(__file__).parent.parent / 'without_pulse.py'}"


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory, valkey: Valkey) -> Iterator[tuple[House, House]]:
    """near, far"""
    data = tmp_path_factory.mktemp("house")
    with (
        web_process(data, REDIS_URL=valkey.url) as near,
        web_process(data, gunicorn=NO_PULSE, REDIS_URL=valkey.url) as far,
    ):
        yield near, far


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
def room(services: tuple[House, House]) -> Iterator[Room]:
    with ExitStack() as opened:

        def arrive(where: int, token: str) -> PythonPeer:
            peer = PythonPeer(services[where].url)
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


def test_what_a_form_says_is_heard_on_the_other_service(room: Room, services: tuple[House, House]) -> None:
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
    hears(room.ana, room.say(room.ben, "Right after the cut"))
    with valkey.hanging():
        hears(room.ana, room.say(room.ben, "While it is silent"))
    deadline = time.monotonic() + PATIENCE
    while room.say(room.desk, "Is it back?") not in numbers(room.ben):
        assert time.monotonic() < deadline, "the wake-ups never came back"
        time.sleep(0.2)


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
