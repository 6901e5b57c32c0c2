"""Posting to somebody else's server: its address is looked at first, and its answer is a status alone."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from foundation.reach import Reach
from jobs.fetching.connecting import Line, Target
from jobs.fetching.failures import NotFetched
from jobs.fetching.names import Resolve, resolve
from mail.send import NotSent

WHOLE_SECONDS = 20.0
"""Within the outbox's lease, whatever the other side does."""

_HTTP = 80
_LATER = frozenset({401, 403, 408, 425, 429})
"""Worth another try: a password is put right, a rush is over."""
_THEIRS = 500


@dataclass(frozen=True)
class Poster:
    reach: Reach
    ask: Resolve = resolve
    seconds: float = WHOLE_SECONDS

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The answer's status; no redirect is followed. Raises NotSent, in words without the address."""
        try:
            target = Target.of(url)
            deadline = time.monotonic() + self.seconds
            told = {"Host": target.named, "User-Agent": "Evenside", "Connection": "close", **headers}
            line = Line(self.reach, self.ask)
            with line.asked(target, told, deadline, method="POST", body=body) as answer:
                return answer.status
        except NotFetched as trouble:
            raise NotSent(trouble.words, retry=not trouble.lasting) from trouble

    def post_here(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The same to this machine itself: a gateway beside us that the operator named. Raises NotSent."""
        parts = urlsplit(url)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        line = http.client.HTTPConnection(parts.hostname or "", parts.port or _HTTP, timeout=self.seconds / 2)
        try:
            line.request("POST", path, body, dict(headers))
            return line.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise NotSent(f"no answer: {type(error).__name__}", retry=True) from error
        finally:
            line.close()


def refuse_unless_taken(status: int) -> None:
    """Raises NotSent for anything but a 2xx, and says whether another try is any use."""
    if not 200 <= status < 300:  # noqa: PLR2004 - RFC 9110
        raise NotSent(f"HTTP {status}", retry=status >= _THEIRS or status in _LATER)
