"""One GET of a public https address: looked at before each connection, bounded in size and in time."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

from urllib3.response import BaseHTTPResponse

from foundation.reach import Reach
from jobs.fetching.bodies import bounded
from jobs.fetching.connecting import Line, Target
from jobs.fetching.failures import NotFetched
from jobs.fetching.names import Resolve, resolve
from scheduling.calendars.importing.leases import Validators

WHOLE_SECONDS = 30.0
MOST_REDIRECTS = 5
_PIECE = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_UNCHANGED = 304
_OK = 200
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
        deadline, line = self.clock() + self.seconds, Line(self.reach, self.ask, self.clock)
        for _ in range(MOST_REDIRECTS + 1):
            target = Target.of(url)
            headers = _headers(target, accept, validators)
            with line.asked(target, headers, deadline) as answer:
                if answer.status not in _REDIRECTS:
                    return self._in_time(_read(answer, most), deadline)
                url = urljoin(url, answer.headers.get("Location", ""))
            if Target.of(url).origin != target.origin:
                validators = Validators()
        raise NotFetched("it leads in circles", lasting=True)

    def _in_time(self, read: Fetched, deadline: float) -> Fetched:
        """What was hung up on looks like an end."""
        if self.clock() >= deadline:
            raise NotFetched("it took too long")
        return read


def _headers(target: Target, accept: str, validators: Validators) -> dict[str, str]:
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
