"""WebSocket frames as a server reads them (RFC 6455, section 5), bounded while they come in. Pure.

A frame that would make its message too large is refused at its header, before any of its body is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from realtime.frames import (
    BAD_TEXT,
    BINARY,
    CLOSE,
    CONTINUATION,
    MIDDLE,
    MOST_IN_CONTROL,
    PING,
    PONG,
    PROTOCOL_ERROR,
    SHORT,
    TEXT,
    TOO_BIG,
)

_KNOWN = frozenset({CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG})
_CONTROL = 0x8
_WHOLE, _RESERVED, _OPCODE = 0x80, 0x70, 0x0F
_MASKED, _LENGTH = 0x80, 0x7F
_LENGTH_BYTES = {SHORT: 2, MIDDLE: 8}
_LEAST = {SHORT: SHORT, MIDDLE: 0x1_0000}
_MASK_BYTES = 4
_MOST_FRAGMENTS = 128
_CODES_OF_OTHERS = range(3000, 5000)
_CODES = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})


class BadFrame(Exception):
    """The connection has to end, with this status code (section 7.4.1)."""

    def __init__(self, code: int) -> None:
        super().__init__(f"the connection ends with {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Heard:
    """A whole message: its opcode (text, binary, ping, pong or close) and its bytes without the mask."""

    opcode: int
    body: bytes

    @property
    def text(self) -> str:
        """Raises BadFrame when it is no UTF-8."""
        return _decoded(self.body)


@dataclass(frozen=True, slots=True)
class _Head:
    """One frame's header; `begins` is where its body begins."""

    is_last: bool
    opcode: int
    size: int
    mask: bytes
    begins: int


class FrameReader:
    """Takes bytes as they come in any pieces, gives whole messages; `most` is the largest one in bytes."""

    __slots__ = ("_fragments", "_kept", "_kind", "_length", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = b""
        self._kind = CONTINUATION
        self._fragments: list[bytes] | None = None
        self._length = 0

    def feed(self, received: bytes) -> Iterator[Heard]:
        """What has come whole with these bytes. Raises BadFrame where the wrong begins, and is over then."""
        kept = self._kept + received if self._kept else received
        at = 0
        while (head := self._head(kept, at)) is not None and head.begins + head.size <= len(kept):
            at = head.begins + head.size
            message = self._take(head, _unmasked(kept[head.begins : at], head.mask))
            if message is not None:
                yield message
        self._kept = kept[at:]

    @property
    def kept(self) -> int:
        """How many bytes wait for the rest of their message."""
        return len(self._kept) + self._length

    def _head(self, kept: bytes, at: int) -> _Head | None:
        """The header there, judged as soon as it is whole; None while it is not."""
        if len(kept) < at + 2:
            return None
        first, second = kept[at], kept[at + 1]
        opcode, size = first & _OPCODE, second & _LENGTH
        _judge(first, second, opcode, size)
        more = _LENGTH_BYTES.get(size, 0)
        begins = at + 2 + more + _MASK_BYTES
        if len(kept) < begins:
            return None
        if more:
            size = _long_size(kept[at + 2 : at + 2 + more], size)
        self._judge_size(opcode, size)
        return _Head(bool(first & _WHOLE), opcode, size, kept[begins - _MASK_BYTES : begins], begins)

    def _judge_size(self, opcode: int, size: int) -> None:
        if opcode & _CONTROL:
            return
        if (opcode == CONTINUATION) != (self._fragments is not None):
            raise BadFrame(PROTOCOL_ERROR)
        if self._length + size > self._most:
            raise BadFrame(TOO_BIG)

    def _take(self, head: _Head, body: bytes) -> Heard | None:
        """A control frame may come in the midst of a message's fragments."""
        if head.opcode & _CONTROL:
            return Heard(head.opcode, _closing(body) if head.opcode == CLOSE else body)
        if head.is_last and self._fragments is None:
            return Heard(head.opcode, body)
        if self._fragments is None:
            self._kind, self._fragments = head.opcode, []
        self._fragments.append(body)
        self._length += len(body)
        if len(self._fragments) > _MOST_FRAGMENTS:
            raise BadFrame(TOO_BIG)
        return self._joined(self._fragments) if head.is_last else None

    def _joined(self, fragments: list[bytes]) -> Heard:
        self._fragments, self._length = None, 0
        return Heard(self._kind, b"".join(fragments))


def _judge(first: int, second: int, opcode: int, size: int) -> None:
    """No extension was agreed on, a client masks, and a control frame is short and whole."""
    is_strange = first & _RESERVED or opcode not in _KNOWN or not second & _MASKED
    is_control = bool(opcode & _CONTROL)
    if is_strange or (is_control and (size > MOST_IN_CONTROL or not first & _WHOLE)):
        raise BadFrame(PROTOCOL_ERROR)


def _long_size(length: bytes, mark: int) -> int:
    """Lengths are written in as few bytes as they need, and below 2 to the 63rd."""
    size = int.from_bytes(length, "big")
    if size < _LEAST[mark] or size >> 63:
        raise BadFrame(PROTOCOL_ERROR)
    return size


def _unmasked(body: bytes, mask: bytes) -> bytes:
    """Section 5.3, over all bytes at once."""
    size = len(body)
    pattern = (mask * (size // _MASK_BYTES + 1))[:size]
    return (int.from_bytes(body, "big") ^ int.from_bytes(pattern, "big")).to_bytes(size, "big")


def _closing(body: bytes) -> bytes:
    """A goodbye has no body, or a code that may be sent and words in UTF-8 (section 5.5.1)."""
    if not body:
        return body
    code = int.from_bytes(body[:2], "big")
    if len(body) == 1 or not (code in _CODES or code in _CODES_OF_OTHERS):
        raise BadFrame(PROTOCOL_ERROR)
    _decoded(body[2:])
    return body


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadFrame(BAD_TEXT) from error
