"""One of many people in a live room: a socket that comes back after every loss and keeps what it heard.

It does what the room's own page does (web/static/js/live/connection.js): says the numbers that it has, passes
over what it knows, and sends again, under the same id, what was not acknowledged.
"""

import base64
import json
import os
import socket
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load.frames import CLOSE, PING, BrokenStream, masked, split

NAMESPACE = "/live"
PONG = 0x8A
READ_AT_ONCE = 262_144
_PATH = "/socket.io/?EIO=4&transport=websocket"
_JOIN = 0
_TRY_AGAIN = {"unavailable", "busy", "internal"}


@dataclass
class Faults:
    """What must never happen on any line, in words."""

    seen: list[str] = field(default_factory=list)

    def note(self, what: str) -> None:
        self.seen.append(what)


@dataclass(eq=False)
class Guest:
    """`heard` are the public events in the order they came, as (number, kind, text).

    `jumps` are the snapshots that it was given in place of events: (number it had, number then).
    """

    name: str
    token: str
    room: str
    faults: Faults
    heard: list[tuple[int, str, str]] = field(default_factory=list)
    jumps: list[tuple[int, int]] = field(default_factory=list)
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    waiting: dict[int, tuple[str, str, dict[str, Any]]] = field(default_factory=dict)
    inside: bool = False
    gone: str = ""
    came_in: int = 0
    at: int = -1
    begins_after: int = -1
    wire: socket.socket | None = None
    stage: str = "away"
    """How far it has come, for whoever wonders why it is not inside."""

    def __post_init__(self) -> None:
        self._calls = _JOIN
        self._seqs: dict[str, int] | None = None
        self._epoch: str | None = None
        self._level = 0
        self._clear()

    def _clear(self) -> None:
        self._kept = b""
        self._is_open = False
        self._early: list[dict[str, Any]] = []

    def dial(self, url: str) -> socket.socket:
        """Begin to connect; nothing here waits."""
        self._clear()
        self.stage = "dialling"
        there = urlsplit(url)
        self.wire = wire = socket.socket()
        wire.setblocking(False)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire.connect_ex((there.hostname or "", there.port or 0))
        return wire

    def greet(self, url: str) -> None:
        """The connection stands: ask for the upgrade. Raises OSError."""
        self.stage = "upgrading"
        key = base64.b64encode(os.urandom(16)).decode()
        self._put(
            f"GET {_PATH} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: {url}\r\n\r\n".encode()
        )

    def hear(self) -> bool:
        """Read what came. False when the line is lost, whoever ended it."""
        assert self.wire is not None
        try:
            received = self.wire.recv(READ_AT_ONCE)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self._kept += received
        try:
            return bool(received) and (self._is_open or self._upgraded()) and self._take_frames()
        except BrokenStream as broken:
            self.faults.note(f"{self.name}: bytes were lost or mixed: {broken}")
            return False
        except OSError:
            return False

    def lose(self) -> None:
        if self.wire is not None:
            self.wire.close()
        self.wire, self.inside, self.stage = None, False, f"away after {self.stage} {self.gone}"[:60]

    def say(self, event: str, data: dict[str, Any], mark: str) -> None:
        """Send an event, now or when inside again, until it is acknowledged. `mark` names it."""
        self._calls += 1
        self.waiting[self._calls] = (mark, event, data)
        if self.inside:
            self._send_or_wait(self._calls)

    def say_line(self, text: str) -> str:
        """A line of chat that ends with an id of its own, which is returned.

        Numbers alone: an odd word might be heard as danger, and then nobody else would see the line.
        """
        mark = f"{self.name.removeprefix('guest')}.{self._calls + 1}"
        self.say("chat", {"id": mark, "text": f"{text}, {mark}"}, mark)
        return mark

    def _send_or_wait(self, number: int) -> None:
        _, event, data = self.waiting[number]
        try:
            self._put(masked(f"42{NAMESPACE},{number}{json.dumps([event, data])}".encode()))
        except OSError:
            self.inside = False  # the loss is noticed when the line is read

    def _put(self, sent: bytes) -> None:
        assert self.wire is not None
        written = self.wire.send(sent)
        if written < len(sent):
            raise ConnectionError("our own short write: the server does not read")

    def _upgraded(self) -> bool:
        """True while the head is incomplete, too."""
        head, ended, rest = self._kept.partition(b"\r\n\r\n")
        if ended:
            if b" 101 " not in head.split(b"\r\n")[0]:
                return False
            self._kept, self._is_open, self.stage = rest, True, "upgraded"
        return True

    def _take_frames(self) -> bool:
        if not self._is_open:
            return True
        frames, self._kept = split(self._kept)
        return all(self._take(first, body) for first, body in frames)

    def _take(self, first: int, body: bytes) -> bool:
        if first == CLOSE:
            return False
        if first == PING:
            self._put(masked(body, PONG))
        elif body == b"2":
            self._put(masked(b"3"))
        elif body[:1] == b"0":
            self.stage = "entering"
            self._put(masked(f"40{NAMESPACE},{json.dumps({'token': self.token})}".encode()))
        elif body.startswith(b"40"):
            self._join()
        elif body.startswith(b"42"):
            self._told(*read_event(body))
        elif body.startswith(b"43"):
            return self._answered(body)
        else:
            return not body.startswith((b"41", b"44"))
        return True

    def _join(self) -> None:
        self.stage = "joining"
        asked = ["join", {"room": self.room, "after": self._seqs, "epoch": self._epoch}]
        self._put(masked(f"42{NAMESPACE},{_JOIN}{json.dumps(asked)}".encode()))

    def _answered(self, body: bytes) -> bool:
        head, _, rest = body.partition(b"[")
        number, answer = int(head.rpartition(b",")[2]), json.loads(b"[" + rest)[0]
        if number == _JOIN:
            return self._seated(answer)
        mark, _, _ = self.waiting[number]
        code = "" if answer["ok"] else answer["error"]["code"]
        if code in _TRY_AGAIN:
            return False  # as after a loss: comes back, and sends it again
        del self.waiting[number]
        if code:
            self.refused[mark] = code
        elif mark in self.acknowledged:
            self.faults.note(f"{self.name}: {mark} was acknowledged twice")
        else:
            self.acknowledged[mark] = answer
        return True

    def _seated(self, answer: dict[str, Any]) -> bool:
        if not answer["ok"]:
            if answer["error"]["code"] not in _TRY_AGAIN:
                self.gone = answer["error"]["code"]
            return False
        then = answer["seq"]["pub"]
        for event in answer.get("events", ()):
            if event["stream"] == "pub":
                self._keep(event)
        if "snapshot" in answer:
            self._jump(then)
        if self.at != then:
            self.faults.note(f"{self.name}: joined to {then}, and has come to {self.at}")
        self._seqs, self._epoch, self._level = answer["seq"], answer["epoch"], then
        self.inside, self.came_in, self.stage = True, self.came_in + 1, "inside"
        early, self._early = self._early, []
        for batch in early:
            self._told("events", batch)
        for number in sorted(self.waiting):
            self._send_or_wait(number)
        return True

    def _jump(self, then: int) -> None:
        if self.begins_after < 0:
            self.begins_after = then
        else:
            self.jumps.append((self.at, then))
        self.at = then

    def _told(self, event: str, data: Any) -> None:
        if event == "gone":
            self.gone = data["reason"]
        if event != "events" or data["stream"] != "pub":
            return
        if not self.inside:
            self._early.append(data)
            return
        for one in data["events"]:
            if one["seq"] > self._level:
                self._keep(one)

    def _keep(self, event: dict[str, Any]) -> None:
        number = event["seq"]
        if number != self.at + 1:
            self.faults.note(f"{self.name}: number {number} came after {self.at}")
            return
        self.at = number
        self._seqs = {**(self._seqs or {}), "pub": number}
        self.heard.append((number, event["kind"], str(event.get("text", ""))))


@lru_cache(maxsize=64)
def read_event(body: bytes) -> tuple[str, Any]:
    """Everybody hears the same bytes; they are read once."""
    name, data = json.loads(body[body.index(b"[") :])
    return name, data
