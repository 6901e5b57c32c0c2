"""Ringing a pager over HTTPS: signed, without a word about anybody, to nobody but the address that was set.

The address comes from the operator, and still: the name is resolved once, every address it gives must be a
public one, and the connection goes to the very address that was looked at. So a name that is turned against
us later reaches no machine inside the clinic's network. This machine itself is allowed where it is named as
such, for a relay that knows a pager of the house.
"""

import hashlib
import hmac
import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Any

from foundation.pager import Pager
from mail.send import NotSent

TIMEOUT = 8.0
"""Seconds for each of connecting, sending and the answer, so that a call ends within the outbox's lease."""

_OK = range(200, 300)
_LATER = {408, 425, 429}
_ERRORS_OF_THEIRS = 500
_PORTS = {"https": 443, "http": 80}


class _Pinned(http.client.HTTPSConnection):
    """HTTPS to one address that was looked at, under the certificate of the name."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._context_of_ours = ssl.create_default_context()
        self._address = address
        super().__init__(host, port, timeout=TIMEOUT, context=self._context_of_ours)

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._context_of_ours.wrap_socket(plain, server_hostname=self.host)


def page_of(refs: Mapping[str, Any], raised_at: datetime, origin: str) -> dict[str, Any]:
    """What a pager is told: that somebody waits, since when, which round this is, and where to answer."""
    return {
        "type": "flag.unclaimed",
        "flag": refs["flag"],
        "raised_at": raised_at.astimezone(UTC).isoformat(timespec="seconds"),
        "round": refs["number"],
        "url": f"{origin}/staff/flags/{refs['flag']}",
    }


def ring(pager: Pager, page: Mapping[str, Any], *, key: str, now: datetime) -> None:
    """Hand the page over. Raises NotSent, in words without an address."""
    body = json.dumps(page, separators=(",", ":")).encode()
    connection = _connection(pager)
    try:
        connection.request("POST", _target(pager), body, signed(pager.secret, body, key, now))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise NotSent(f"no answer: {type(error).__name__}", retry=True) from error
    finally:
        connection.close()
    if status not in _OK:
        raise NotSent(f"HTTP {status}", retry=status >= _ERRORS_OF_THEIRS or status in _LATER)


def signed(secret: str, body: bytes, key: str, now: datetime) -> dict[str, str]:
    """The headers. The signature covers the moment too, so that an old page cannot be played again."""
    moment = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "Evenside",
        "Evenside-Timestamp": moment,
        "Evenside-Signature": f"v1={digest}",
        "Evenside-Delivery": sha256(key.encode()).hexdigest()[:40],
    }


def _connection(pager: Pager) -> http.client.HTTPConnection:
    parts = pager.parts
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    address = _address(host, port, is_here=pager.is_here)
    if parts.scheme == "https":
        return _Pinned(host, port, address)
    return http.client.HTTPConnection(address, port, timeout=TIMEOUT)


def _address(host: str, port: int, *, is_here: bool) -> str:
    """The first address of the name. Raises NotSent when one of them is not of the public internet."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise NotSent("the pager’s name is not known", retry=True) from error
    if not is_here and not all(ip_address(one.partition("%")[0]).is_global for one in found):
        raise NotSent("the pager’s name leads into a private network", retry=False)
    return found[0]


def _target(pager: Pager) -> str:
    parts = pager.parts
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
