"""WebSocket frames (RFC 6455, section 5.2) as far as a client that measures needs them. Pure."""

TEXT, CLOSE, PING = 0x81, 0x88, 0x89
_SHORT, _MIDDLE = 126, 127
_KNOWN = {TEXT, CLOSE, PING}


class BrokenStream(Exception):
    """The bytes do not go on with a frame that our server sends: some were lost, or two frames mixed."""


def masked(body: bytes, first: int = TEXT) -> bytes:
    """One frame of a client; a mask of zeros leaves the bytes as they are."""
    size = len(body)
    if size < _SHORT:
        head = bytes((first, 0x80 | size))
    elif size < 1 << 16:
        head = bytes((first, 0x80 | _SHORT)) + size.to_bytes(2, "big")
    else:
        head = bytes((first, 0x80 | _MIDDLE)) + size.to_bytes(8, "big")
    return head + bytes(4) + body


def split(kept: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole frames in what came, each with its first byte, and the rest. Raises BrokenStream."""
    found: list[tuple[int, bytes]] = []
    begins, have = 0, len(kept)
    while have - begins >= 2:
        first, size, body = kept[begins], kept[begins + 1], begins + 2
        if first not in _KNOWN or size > _MIDDLE:
            raise BrokenStream(kept[begins : begins + 40])
        if size >= _SHORT:
            body += 2 if size == _SHORT else 8
            if have < body:
                break
            size = int.from_bytes(kept[begins + 2 : body], "big")
        if have < body + size:
            break
        found.append((first, kept[body : body + size]))
        begins = body + size
    return found, kept[begins:] if begins else kept
