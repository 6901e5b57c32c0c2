"""The door of a WebSocket (RFC 6455, section 4.2): who asks rightly is answered with 101. Pure.

No extension is ever agreed on: to compress small frames costs a hundred kilobytes a socket and saves nothing.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping

_VERSION = "13"
_KEY_BYTES = 16
_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class BadHandshake(Exception):
    """It cannot become a WebSocket; `status` is the HTTP answer."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def accept(environ: Mapping[str, object]) -> bytes:
    """The answer that opens the WebSocket which this WSGI request asks for. Raises BadHandshake."""
    asked = {part.strip().lower() for part in _header(environ, "CONNECTION").split(",")}
    if "upgrade" not in asked or _header(environ, "UPGRADE").strip().lower() != "websocket":
        raise BadHandshake("400 Bad Request")
    if _header(environ, "SEC_WEBSOCKET_VERSION").strip() != _VERSION:
        raise BadHandshake("426 Upgrade Required")
    key = _header(environ, "SEC_WEBSOCKET_KEY").strip()
    if not _is_key(key):
        raise BadHandshake("400 Bad Request")
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {_proof(key)}\r\n\r\n"
    ).encode()


def refusal_headers() -> list[tuple[str, str]]:
    """What to say with a refusal: the version that we speak."""
    return [("Sec-WebSocket-Version", _VERSION), ("Content-Type", "text/plain; charset=utf-8")]


def _proof(key: str) -> str:
    return base64.b64encode(hashlib.sha1((key + _MAGIC).encode(), usedforsecurity=False).digest()).decode()


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _header(environ: Mapping[str, object], name: str) -> str:
    return str(environ.get(f"HTTP_{name}", ""))
