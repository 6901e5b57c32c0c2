"""One request to one public address that was looked at first, and that a watch ends when its time is over."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException as BadAnswer
from urllib.parse import urlsplit

from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from foundation.reach import Reach
from jobs.fetching.failures import NotFetched
from jobs.fetching.names import Resolve, public_addresses, resolve
from scheduling.calendars.importing.addresses import BadAddress, checked_address

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 10.0
_HTTPS = 443


@dataclass(frozen=True)
class Target:
    """Where one request goes."""

    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> "Target":
        """Raises NotFetched for an address that nothing is sent to."""
        try:
            parts = urlsplit(checked_address(url))
        except BadAddress as error:
            raise NotFetched("it leads to an address that we do not fetch", lasting=True) from error
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return cls(_ascii(parts.hostname or ""), parts.port or _HTTPS, path)

    @property
    def origin(self) -> tuple[str, int]:
        return self.host, self.port

    @property
    def named(self) -> str:
        """The name as a Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _HTTPS else f"{host}:{self.port}"


@dataclass(frozen=True)
class Line:
    """What may be reached, how names are looked up, and the clock of deadlines, in seconds."""

    reach: Reach
    ask: Resolve = resolve
    clock: Callable[[], float] = time.monotonic

    @contextmanager
    def asked(
        self,
        target: Target,
        headers: Mapping[str, str],
        deadline: float,
        *,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Iterator[BaseHTTPResponse]:
        """The answer. The watch ends it even if bytes keep dripping. Raises NotFetched."""
        connection = self._connected(target)
        watch = threading.Timer(max(0.0, deadline - self.clock()), _hang_up, [connection])
        watch.daemon = True
        watch.start()
        try:
            connection.request(
                method, target.path, body, headers=headers, preload_content=False, decode_content=False
            )
            with closing(connection.getresponse()) as answer:
                yield answer
        except (OSError, HTTPError, BadAnswer, ValueError, AttributeError) as error:
            words = (
                "it took too long" if self.clock() >= deadline else "its server does not answer as it should"
            )
            raise NotFetched(words) from error
        finally:
            watch.cancel()
            connection.close()

    def _connected(self, target: Target) -> HTTPSConnection:
        last: Exception | None = None
        for address in public_addresses(target.host, target.port, self.reach, self.ask):
            connection = HTTPSConnection(
                address,
                target.port,
                timeout=CONNECT_SECONDS,
                ssl_context=self._trust(),
                server_hostname=target.host,  # what it greets, and what its certificate must name
            )
            try:
                connection.connect()
            except (OSError, HTTPError) as error:
                connection.close()
                last = error
                continue
            connection.sock.settimeout(SILENCE_SECONDS)
            return connection
        is_certificate = isinstance(last, ssl.SSLError) or "certificate" in str(last).lower()
        raise NotFetched("its certificate is not right" if is_certificate else "its server cannot be reached")

    def _trust(self) -> ssl.SSLContext:
        authority = self.reach.authority
        return ssl.create_default_context(cafile=str(authority) if authority else None)


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise NotFetched("the name in its address is not known", lasting=True) from error


def _hang_up(connection: HTTPSConnection) -> None:
    """A shutdown wakes whoever waits for bytes; closing the file would not."""
    sock = connection.sock
    if isinstance(sock, socket.socket):
        with suppress(OSError):  # it ended by itself in this moment
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
