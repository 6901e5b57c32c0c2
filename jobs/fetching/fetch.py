"""One GET of a public https address: looked at before each connection, bounded in size and in time."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException as BadAnswer
from urllib.parse import urljoin, urlsplit

from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from foundation.reach import Reach
from jobs.fetching.bodies import bounded
from jobs.fetching.failures import NotFetched
from jobs.fetching.names import Resolve, public_addresses, resolve
from scheduling.calendars.importing.addresses import BadAddress, checked_address
from scheduling.calendars.importing.leases import Validators

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 10.0
WHOLE_SECONDS = 30.0
MOST_REDIRECTS = 5
_PIECE = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_UNCHANGED = 304
_OK = 200
_HTTPS = 443
_MOST_DIGITS = 6
_LONGEST_ETAG, _LONGEST_DATE = 200, 60
_REFUSALS = {
    401: ("it asks for a sign-in", True),
    403: ("it is not open to us any more", True),
    404: ("nothing is at its address any more", True),
    410: ("it was taken away", True),
    429: ("its server asks us to come less often", False),
}


@dataclass(frozen=True)
class Fetched:
    """`body` is None when nothing has changed; `kind` is the server's word for what it is."""

    body: bytes | None
    validators: Validators
    kind: str = ""


@dataclass(frozen=True)
class Fetcher:
    """What may be reached, how names are looked up, and how long the whole may take, in seconds."""

    reach: Reach
    ask: Resolve = resolve
    seconds: float = WHOLE_SECONDS
    clock: Callable[[], float] = time.monotonic

    def get(self, url: str, *, most: int, accept: str, validators: Validators) -> Fetched:
        """What is there, following redirects. Raises NotFetched, in words without the address."""
        deadline = self.clock() + self.seconds
        for _ in range(MOST_REDIRECTS + 1):
            target = _Target.of(url)
            headers = _headers(target, accept, validators)
            with self._asked(target, headers, deadline) as answer:
                if answer.status not in _REDIRECTS:
                    return self._in_time(_read(answer, most), deadline)
                url = urljoin(url, answer.headers.get("Location", ""))
            if _Target.of(url).origin != target.origin:
                validators = Validators()
        raise NotFetched("it leads in circles", lasting=True)

    @contextmanager
    def _asked(
        self, target: "_Target", headers: dict[str, str], deadline: float
    ) -> Iterator[BaseHTTPResponse]:
        """One request to one address that was looked at. The watch ends it even if bytes keep dripping."""
        connection = self._connected(target)
        watch = threading.Timer(max(0.0, deadline - self.clock()), _hang_up, [connection])
        watch.daemon = True
        watch.start()
        try:
            connection.request(
                "GET", target.path, headers=headers, preload_content=False, decode_content=False
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

    def _in_time(self, read: Fetched, deadline: float) -> Fetched:
        """What was hung up on looks like an end."""
        if self.clock() >= deadline:
            raise NotFetched("it took too long")
        return read

    def _connected(self, target: "_Target") -> HTTPSConnection:
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


@dataclass(frozen=True)
class _Target:
    """Where one request goes."""

    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str) -> "_Target":
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


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise NotFetched("the name in its address is not known", lasting=True) from error


def _headers(target: _Target, accept: str, validators: Validators) -> dict[str, str]:
    asked = {
        "Host": target.named,
        "Accept": accept,
        "Accept-Encoding": "gzip",
        "User-Agent": "Evenside",
        "Connection": "close",
    }
    if validators.etag:
        asked["If-None-Match"] = validators.etag
    if validators.last_modified:
        asked["If-Modified-Since"] = validators.last_modified
    return asked


def _read(answer: BaseHTTPResponse, most: int) -> Fetched:
    if answer.status == _UNCHANGED:
        return Fetched(None, Validators())
    if answer.status != _OK:
        words, lasting = _REFUSALS.get(
            answer.status, (f"its server answers with an error ({answer.status})", False)
        )
        raise NotFetched(words, lasting=lasting, not_before=_pause(answer.headers.get("Retry-After", "")))
    pieces = answer.stream(_PIECE, decode_content=False)
    body = bounded(pieces, answer.headers.get("Content-Encoding", ""), most)
    return Fetched(
        body, _validators(answer), answer.headers.get("Content-Type", "").partition(";")[0].lower()
    )


def _validators(answer: BaseHTTPResponse) -> Validators:
    """Only what is short and plain enough to be sent back."""
    etag, changed = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
    return Validators(
        etag if etag.isascii() and etag.isprintable() and len(etag) <= _LONGEST_ETAG else None,
        changed if changed.isascii() and changed.isprintable() and len(changed) <= _LONGEST_DATE else None,
    )


def _pause(text: str) -> timedelta | None:
    is_seconds = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return timedelta(seconds=int(text)) if is_seconds else None


def _hang_up(connection: HTTPSConnection) -> None:
    """A shutdown wakes whoever waits for bytes; closing the file would not."""
    sock = connection.sock
    if isinstance(sock, socket.socket):
        with suppress(OSError):  # it ended by itself in this moment
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
