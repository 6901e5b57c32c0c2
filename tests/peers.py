"""Standard Socket.IO clients, all with the same face, so that one story judges the server by each of them."""

import time
from collections.abc import Callable, Sequence
from socket import SHUT_RDWR
from typing import Any, Protocol

import engineio
import socketio

NAMESPACE = "/live"
PATIENCE = 60
"""Seconds for anything to come; a quiet machine needs a few milliseconds."""
RETURN_AFTER = 0.05


class Refused(Exception):
    """The server let this client not in; the message is the server's."""


class Peer(Protocol):
    """A client as its authors made it: it answers pings and comes back after a loss by itself.

    `heard` holds every event in the order it came, as (name, data).
    """

    heard: list[tuple[str, Any]]

    def connect(
        self, *, token: str | None = None, cookie: str | None = None, namespace: str = NAMESPACE
    ) -> None:
        """Raises Refused."""

    def call(self, event: str, *data: object) -> dict[str, Any]:
        """Send an event; its acknowledgement. Raises TimeoutError."""

    def call_at_once(self, calls: Sequence[tuple[str, object]]) -> list[dict[str, Any]]:
        """Send all before any answer; the answers in the order of the calls."""

    def tell(self, event: str, *data: object) -> None:
        """Send an event without asking for an answer."""

    def tear(self) -> None:
        """Lose the connection without a word, as in a tunnel; the client notices and returns."""

    def leave(self) -> None:
        """Say goodbye as the protocol has it."""

    def return_(self) -> None:
        """After `leave`, or after being sent away: connect again as before."""

    def is_here(self) -> bool: ...

    def times_connected(self) -> int:
        """How often it came in, the returns included."""

    def pings(self) -> int:
        """How often the server asked whether it lives, and was answered."""


def wait_until(is_true: Callable[[], object], why: str = "it did not come in time") -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < deadline, why
        time.sleep(0.01)


def numbers(peer: Peer, stream: str = "pub") -> list[int]:
    """The numbers of a stream's events, as they came."""
    return [event["seq"] for event in events(peer, stream)]


def events(peer: Peer, stream: str = "pub") -> list[dict[str, Any]]:
    batches = [data for name, data in list(peer.heard) if name == "events" and data["stream"] == stream]
    return [event for batch in batches for event in batch["events"]]


class _Engine(engineio.Client):  # type: ignore[misc]
    """Remembers each wire, since the library leaves one open when the server ended the talk; counts pings."""

    def __init__(self, *args: object, **more: object) -> None:
        self.wires: list[Any] = []
        self.pings = 0
        super().__init__(*args, **more)

    def _receive_packet(self, packet: Any) -> None:
        super()._receive_packet(packet)
        self.pings += packet.packet_type == engineio.packet.PING

    @property
    def ws(self) -> Any:
        return self._ws

    @ws.setter
    def ws(self, wire: Any) -> None:
        self._ws = wire
        if wire is not None:
            self.wires.append(wire)


class _Client(socketio.Client):  # type: ignore[misc]
    def _engineio_client_class(self) -> type[_Engine]:
        return _Engine


class PythonPeer:
    """python-socketio's own client."""

    def __init__(self, url: str, origin: str | None = None) -> None:
        """`origin` is the page's that it says it belongs to; without one, the url's."""
        self.heard: list[tuple[str, Any]] = []
        self._url = url
        self._connected = 0
        self._how: dict[str, Any] = {}
        self._namespace = NAMESPACE
        more = {"websocket_extra_options": {"origin": origin}} if origin else {}
        self._line: Any = _Client(reconnection_delay=RETURN_AFTER, reconnection_delay_max=0.5, **more)

    def connect(
        self, *, token: str | None = None, cookie: str | None = None, namespace: str = NAMESPACE
    ) -> None:
        self._namespace = namespace
        self._line.on("*", self._hear, namespace=namespace)
        self._line.on("connect", self._count, namespace=namespace)
        self._how = {
            "auth": {"token": token} if token else None,
            "headers": {"Cookie": cookie} if cookie else {},
            "namespaces": [namespace],
            "transports": ["websocket"],
            "wait_timeout": PATIENCE,
        }
        self.return_()

    def return_(self) -> None:
        try:
            self._line.connect(self._url, **self._how)
        except socketio.exceptions.ConnectionError as error:
            self.hang_up()
            raise Refused(str(error)) from error

    def call(self, event: str, *data: object) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._line.call(event, data, namespace=self._namespace, timeout=PATIENCE)
        except socketio.exceptions.TimeoutError as late:
            raise TimeoutError(event) from late
        return answer

    def call_at_once(self, calls: Sequence[tuple[str, object]]) -> list[dict[str, Any]]:
        answers: dict[int, dict[str, Any]] = {}
        for number, (event, data) in enumerate(calls):
            keep = lambda answer, place=number: answers.__setitem__(place, answer)  # noqa: E731
            self._line.emit(event, data, namespace=self._namespace, callback=keep)
        wait_until(lambda: len(answers) == len(calls))
        return [answers[number] for number in range(len(calls))]

    def tell(self, event: str, *data: object) -> None:
        self._line.emit(event, data, namespace=self._namespace)

    def tear(self) -> None:
        self._line.eio.ws.sock.shutdown(SHUT_RDWR)

    def leave(self) -> None:
        self._line.disconnect()

    def hang_up(self) -> None:
        self._line.shutdown()
        for wire in self._line.eio.wires:
            wire.shutdown()

    def is_here(self) -> bool:
        return self._namespace in self._line.namespaces and bool(self._line.connected)

    def times_connected(self) -> int:
        return self._connected

    def pings(self) -> int:
        return int(self._line.eio.pings)

    def _hear(self, event: str, *data: Any) -> None:
        self.heard.append((event, data[0] if data else None))

    def _count(self) -> None:
        self._connected += 1
