"""A WebSocket by hand, for what no client library does: to read slowly, to stop reading, to send nonsense."""

import base64
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.house import House

PATIENCE = 60
KEY = base64.b64encode(bytes(16)).decode()
_SHORT, _MIDDLE = 126, 127


class BareLine:
    """`head` is what the server answered to the handshake. `buffer` bounds what the system keeps unread."""

    def __init__(self, house: House, *headers: str, buffer: int | None = None) -> None:
        there = urlsplit(house.url)
        self.socket = socket.socket()
        self.socket.settimeout(PATIENCE)
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.connect((there.hostname, there.port))
        asked = [
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", f"Host: {there.netloc}",
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {KEY}", f"Origin: {house.url}", *headers,
        ]  # fmt: skip
        self.socket.sendall("\r\n".join([*asked, "", ""]).encode())
        self._kept = b""
        while b"\r\n\r\n" not in self._kept:
            self._kept += self.socket.recv(4096)
        self.head, _, self._kept = self._kept.partition(b"\r\n\r\n")

    def __enter__(self) -> "BareLine":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def come_in(self, token: str, slug: str) -> None:
        """Into the namespace and the room; the answers are read by whoever reads on."""
        self.send("40/live," + json.dumps({"token": token}))
        self.send("42/live,0" + json.dumps(["join", {"room": slug}]))

    def send(self, text: str) -> None:
        self.send_frame(0x81, text.encode())

    def send_frame(self, first: int, body: bytes, *, masked: bool = True) -> None:
        """`first` is the byte with the last-fragment bit and the kind; the mask is of zeros."""
        size = len(body)
        length = bytes([size]) if size < _SHORT else bytes([_SHORT]) + size.to_bytes(2, "big")
        mask = bytes(4) if masked else b""
        self.socket.sendall(bytes([first, length[0] | (0x80 if masked else 0)]) + length[1:] + mask + body)

    def frames(self, *, at_once: int = 65_536) -> Iterator[tuple[int, bytes]]:
        """What comes, as (first byte, body), read in small pieces if asked; ends when the connection does."""
        while True:
            while (found := _frame(self._kept)) is not None:
                first, body, self._kept = found
                if body == b"2":
                    self.send("3")
                else:
                    yield first, body
            try:
                received = self.socket.recv(at_once)
            except ConnectionResetError:
                return
            if not received:
                return
            self._kept += received


def _frame(kept: bytes) -> tuple[int, bytes, bytes] | None:
    """The first whole frame and what follows. What is no frame of a server fails here."""
    if len(kept) < 2:
        return None
    assert kept[0] in {0x81, 0x88, 0x8A}, f"no frame begins with {kept[:20]!r}"
    size, begins = kept[1], 2
    assert size < 0x80, "a server does not mask"
    if size in {_SHORT, _MIDDLE}:
        begins = 4 if size == _SHORT else 10
        if len(kept) < begins:
            return None
        size = int.from_bytes(kept[2:begins], "big")
    if len(kept) < begins + size:
        return None
    return kept[0], kept[begins : begins + size], kept[begins + size :]
