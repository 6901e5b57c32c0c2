"""Frames that no library sends, on a real server: each is answered where it can be, and the line lives."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import websocket

from auth.people import Person
from auth.tokens import issue_token
from cli.wiring import utc_now
from tests.builders.rooms import Evening, an_evening
from tests.house import House, running_house

DEEP = "[" * 6000 + "]" * 6000
FRAMES = {
    "deep JSON": '["ask",' + DEEP + "]",
    "deep objects": '["ask",{"id":"a","text":"b","more":' + '{"a":' * 1500 + "1" + "}" * 1500 + "}]",
    "long JSON": '["ask",{"id":' + json.dumps(list(range(2500))) + "}]",
    "half of it": '["ask",{"id":"a"',
    "no JSON": "ask me",
    "nothing": "",
    "no list": '{"ask":1}',
    "an empty list": "[]",
    "a number as name": "[7,{}]",
    "a list as name": '[["ask"],{}]',
    "no name": "[null]",
    "the library's own names": '["disconnect"]',
    "more than one": '["ask",{"id":"a","text":"b"},{},{},{}]',
    "half an emoji": '["ask",{"id":"\\ud83d","text":"\\ud83d"}]',
    "numbers that are none": '["hand",{"up":NaN}]',
    "a huge number": '["edit",{"question":"q","text":"b","version":' + "9" * 4000 + "}]",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("wire")) as running:
        yield running


@pytest.fixture(scope="module")
def evening(house: House) -> Evening:
    return an_evening(house.database, now=utc_now(), members=2)


class Wire:
    """A bare WebSocket that speaks Engine.IO and Socket.IO by hand."""

    def __init__(self, house: House, evening: Evening, who: int) -> None:
        with house.database.write() as session:
            person = session.get_one(Person, evening.members[who].person_id)
            token = issue_token(session, person, label="wire", now=utc_now())
        address = house.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
        self.line = websocket.create_connection(address, origin=house.url, timeout=60)
        self.line.recv()
        self.line.send("40/live," + json.dumps({"token": token}))
        assert self.next().startswith("40/live")
        self.heard: list[str] = []
        assert self.call(1, json.dumps(["join", {"room": evening.meeting.slug}]))["ok"]
        self.heard.clear()

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def next(self) -> str:
        while (frame := str(self.line.recv())) == "2":
            self.line.send("3")
        return frame

    def call(self, number: int, body: str, kind: str = "42/live,") -> dict[str, Any]:
        """Send a frame under this number and wait for its answer; what else comes is kept."""
        self.line.send(f"{kind}{number}{body}")
        while not (frame := self.next()).startswith(f"43/live,{number}["):
            self.heard.append(frame)
        answer: dict[str, Any] = json.loads(frame.removeprefix(f"43/live,{number}"))[0]
        return answer


def test_every_frame_under_a_number_is_answered_and_the_line_lives(house: House, evening: Evening) -> None:
    with Wire(house, evening, 0) as ana, Wire(house, evening, 1) as ben:
        ask_everything(ana, ben)
    assert b"Traceback" not in (house.data / "log").read_bytes()


def ask_everything(ana: Wire, ben: Wire) -> None:
    for number, (what, frame) in enumerate(FRAMES.items(), start=2):
        answer = ana.call(number, frame)
        assert not answer["ok"] or what == "more than one", what
        assert answer["ok"] or answer["error"]["code"] in {"bad_request", "slow_down"}, (what, answer)
        assert answer["ok"] or answer["error"]["message"], what
    assert (
        ana.call(90, '["ask",{"_placeholder":true,"num":0}]', "451-/live,")["error"]["code"] == "bad_request"
    )
    for unnumbered in ("42/live,[]", "42/live,{", "43/live,77[]", "42/else,[]", "41/else,"):
        ana.line.send(unnumbered)
    assert ana.call(91, '["hand",{"up":true}]')["position"] == 1
    assert ben.call(91, '["hand",{"up":true}]')["position"] == 2
    assert not [frame for frame in ben.heard if '"question"' in frame]
