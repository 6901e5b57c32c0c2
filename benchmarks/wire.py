"""A WebSocket client that speaks Socket.IO by hand, so that what a client costs is next to nothing."""

import base64
import json
import os
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

NAMESPACE = "/live"
PATIENCE_SECONDS = 60
_SHORT, _MIDDLE = 126, 127
_TEXT = 0x81
_PATH = "/socket.io/?EIO=4&transport=websocket"


class Wire:
    """One socket, connected and let in. Blocks; `feed` serves those who wait for many at once."""

    def __init__(self, url: str, token: str) -> None:
        there = urlsplit(url)
        self.socket = socket.create_connection((there.hostname or "", there.port or 0), PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept = b""
        self._upgrade(url)
        self._number = 0
        self.send(f"40{NAMESPACE}," + json.dumps({"token": token}))
        self._wait_for(f"40{NAMESPACE}".encode())

    def _upgrade(self, url: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {_PATH} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: {url}\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._kept:
            self._kept += self._received()
        head, _, self._kept = self._kept.partition(b"\r\n\r\n")
        assert b" 101 " in head.split(b"\r\n")[0], head

    def send(self, text: str) -> None:
        """One masked frame; a mask of zeros leaves the bytes as they are."""
        body = text.encode()
        if len(body) < _SHORT:
            head = bytes([_TEXT, 0x80 | len(body)])
        else:
            head = bytes([_TEXT, 0x80 | _SHORT]) + len(body).to_bytes(2, "big")
        self.socket.sendall(head + bytes(4) + body)

    def call(self, event: str, data: object) -> dict[str, Any]:
        """Send an event and return its acknowledgement; whatever else comes meanwhile is passed over."""
        self._number += 1
        self.send(f"42{NAMESPACE},{self._number}" + json.dumps([event, data]))
        mark = f"43{NAMESPACE},{self._number}".encode()
        answer: dict[str, Any] = json.loads(self._wait_for(mark).removeprefix(mark))[0]
        assert answer["ok"], answer
        return answer

    def _wait_for(self, mark: bytes) -> bytes:
        while True:
            for frame in self.feed(b""):
                if frame.startswith(mark):
                    return frame
            self._kept += self._received()

    def feed(self, received: bytes) -> Iterator[bytes]:
        """The whole frames in what has come so far; a ping is answered on the way."""
        self._kept += received
        while (found := _frame(self._kept)) is not None:
            frame, self._kept = found
            if frame == b"2":
                self.send("3")
            else:
                yield frame

    def _received(self) -> bytes:
        received = self.socket.recv(65_536)
        assert received, "the server hung up"
        return received


def _frame(kept: bytes) -> tuple[bytes, bytes] | None:
    """The first frame's text and what follows it; None while it has not come whole."""
    if len(kept) < 2:
        return None
    size, begins = kept[1], 2
    if size in {_SHORT, _MIDDLE}:
        begins = 4 if size == _SHORT else 10
        size = int.from_bytes(kept[2:begins], "big") if len(kept) >= begins else len(kept)
    ends = begins + size
    return (kept[begins:ends], kept[ends:]) if len(kept) >= ends else None
