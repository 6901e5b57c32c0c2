"""One socket of many: from the upgrade to its seat in the room, one step for each answer."""

import base64
import json
import os
import socket
import struct
import time
from urllib.parse import urlsplit

from benchmarks.load.frames import CLOSE, PING, masked, split

NAMESPACE = "/live"
_PATH = "/socket.io/?EIO=4&transport=websocket"
_ENTERED = f"40{NAMESPACE}".encode()
_PONG = masked(b"3")
_AT_ONCE = 262_144
_PATIENCE_SECONDS = 30
_PATIENCE = struct.pack("ll", _PATIENCE_SECONDS, 0)


class HungUp(Exception):
    """The server closed a socket, or answered it with something else than it should."""


class Member:
    """`number` is its place in the crowd. It is `seated` once the room has answered its join."""

    def __init__(self, number: int, url: str, token: str, room: str, *, plain: bool) -> None:
        """`plain`: there is no Socket.IO behind the WebSocket, and nothing to join."""
        self.number = number
        self.seated = False
        self.began = time.perf_counter()
        self._kept = b""
        self._upgraded = False
        self._plain = plain
        self._token, self._room = token, room
        self._calls = 0
        there = urlsplit(url)
        self.socket = socket.create_connection((there.hostname or "", there.port or 0), _PATIENCE_SECONDS)
        self.socket.settimeout(None)  # with one, Python would ask the kernel twice for each read
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {_PATH} HTTP/1.1\r\nHost: {there.netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: {url}\r\n\r\n".encode()
        )

    def say(self, body: bytes) -> None:
        self.socket.sendall(masked(body))

    def call(self, event: str, data: object) -> int:
        """Ask for something; the number of the acknowledgement to wait for."""
        self._calls += 1
        self.say(f"42{NAMESPACE},{self._calls}{json.dumps([event, data])}".encode())
        return self._calls

    def receive(self) -> list[bytes]:
        """What has come, as whole messages; pings and the steps of coming in are seen to on the way."""
        received = self.socket.recv(_AT_ONCE)
        if not received:
            raise HungUp(f"socket {self.number} was closed by the server")
        self._kept += received
        if not self._upgraded:
            self._upgrade()
        if not self._upgraded:
            return []
        frames, self._kept = split(self._kept)
        return [body for first, body in frames if not self._is_seen_to(first, body)]

    def _upgrade(self) -> None:
        head, ended, rest = self._kept.partition(b"\r\n\r\n")
        if not ended:
            return
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise HungUp(head[:200])
        self._kept, self._upgraded = rest, True
        self.seated = self._plain

    def _is_seen_to(self, first: int, body: bytes) -> bool:
        if first == CLOSE:
            raise HungUp(f"socket {self.number} was told to close")
        if first == PING:
            self.socket.sendall(masked(body, 0x8A))
        elif body == b"2":
            self.socket.sendall(_PONG)
        elif self.seated:
            return False
        elif body[:1] == b"0":
            self.say(f"40{NAMESPACE},{json.dumps({'token': self._token})}".encode())
        elif body.startswith(_ENTERED):
            self.call("join", {"room": self._room})
        else:
            return not self._is_answered(body)
        return True

    def _is_answered(self, body: bytes) -> bool:
        """Whether the room let it in; what is told to the room before that is passed over."""
        if body.startswith(f"44{NAMESPACE}".encode()):
            raise HungUp(body[:200])
        if not body.startswith(f"43{NAMESPACE},1[".encode()):
            return False
        if b'"ok":true' not in body[:80] and b'"ok": true' not in body[:80]:
            raise HungUp(body[:200])
        self.seated = True
        return True
