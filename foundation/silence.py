"""A PostgreSQL that is there and says nothing: its machine hangs, or the way to it swallows every packet.

No timeout of the server's helps then, and TCP sees nothing wrong. So whoever has waited a while for an answer
asks, over a new connection, whether anybody is there; a statement that is merely slow goes on.

What is asked is whether the server speaks TLS: it says so in one byte, before it looks at who asks and at
whether it has connections enough (PostgreSQL's protocol, section "SSL Session Encryption").
"""

import socket
import time
from collections.abc import Generator
from typing import Any

import psycopg
from psycopg.waiting import Ready

ASK_AFTER_SECONDS = 1.5
_ANSWER_WITHIN_SECONDS = 2
_LOOK_EVERY_SECONDS = 0.1
_BELIEVED_SECONDS = 1.0
"""After nobody answered, so long nobody else of this process tries: each try would wait as well."""
_DO_YOU_SPEAK_TLS = bytes.fromhex("00000008 04d2162f")
_nobody_answered_at: dict[object, float] = {}
Asking = Generator[Any, Any, Any]


class PatientConnection(psycopg.Connection[Any]):
    """Raises psycopg.OperationalError within about four seconds of a server's silence, and is closed then."""

    address: dict[str, Any]

    def wait(self, gen: Asking, interval: float = _LOOK_EVERY_SECONDS, timeout: float | None = None) -> Any:
        return super().wait(self._asking(gen), interval, timeout)

    def _asking(self, gen: Asking) -> Asking:
        """The same steps; a step in which nothing came for long is the moment to ask."""
        try:
            wanted, heard_at = next(gen), time.monotonic()
            while True:
                ready = yield wanted
                if ready != Ready.NONE:
                    heard_at = time.monotonic()
                elif time.monotonic() - heard_at > ASK_AFTER_SECONDS:
                    self._require_somebody()
                    heard_at = time.monotonic()
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value

    def _require_somebody(self) -> None:
        if _answers(self.info.hostaddr, self.info.host, self.info.port):
            return
        _nobody_answered_at[_place(self.address)] = time.monotonic()
        self.close()
        raise psycopg.OperationalError("the server is silent")


def _answers(address: str, host: str, port: int) -> bool:
    """Whether anybody speaks there; `host` is the folder of its socket where it has no `address`."""
    where = (address, port) if address else f"{host}/.s.PGSQL.{port}"
    family = socket.AF_UNIX if not address else socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(_ANSWER_WITHIN_SECONDS)
        try:
            line.connect(where)
            line.sendall(_DO_YOU_SPEAK_TLS)
            return line.recv(1) != b""
        except OSError:
            return False


def connect_patiently(
    _dialect: object, _record: object, arguments: list[str], address: dict[str, Any]
) -> Any:
    """For SQLAlchemy's event `do_connect`. Raises psycopg.OperationalError."""
    if time.monotonic() - _nobody_answered_at.get(_place(address), -_BELIEVED_SECONDS) < _BELIEVED_SECONDS:
        raise psycopg.OperationalError("the server was silent a moment ago")
    connection = PatientConnection.connect(*arguments, **address)
    connection.address = address
    return connection


def _place(address: dict[str, Any]) -> object:
    return address.get("host"), address.get("port")
