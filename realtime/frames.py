"""WebSocket frames as a server writes them (RFC 6455, section 5.2): whole, unmasked, uncompressed. Pure."""

import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
NORMAL, GOING_AWAY, PROTOCOL_ERROR, BAD_TEXT, TOO_BIG = 1000, 1001, 1002, 1007, 1009
SHORT, MIDDLE = 126, 127
"""A length byte that says: the next two, or eight, bytes hold the length."""
MOST_IN_CONTROL = 125
_WHOLE = 0x80
_MOST_IN_TWO_BYTES = 0xFFFF


def frame(opcode: int, body: bytes) -> bytes:
    """One whole message."""
    size = len(body)
    if size < SHORT:
        return bytes((_WHOLE | opcode, size)) + body
    if size <= _MOST_IN_TWO_BYTES:
        return struct.pack("!BBH", _WHOLE | opcode, SHORT, size) + body
    return struct.pack("!BBQ", _WHOLE | opcode, MIDDLE, size) + body


def text_frame(text: str) -> bytes:
    return frame(TEXT, text.encode())


def close_frame(code: int) -> bytes:
    """Says goodbye with a status code (section 7.4), and no more words than that."""
    return frame(CLOSE, code.to_bytes(2, "big"))
