"""An answer's bytes, never more than were asked for, whether they came packed or not. Pure."""

import zlib
from collections.abc import Iterable

from jobs.fetching.failures import NotFetched

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 256 * 1024


def bounded(pieces: Iterable[bytes], encoding: str, most: int) -> bytes:
    """All of it. Raises NotFetched past `most` bytes, packed or unpacked, and for what does not unpack."""
    packed = encoding.strip().lower()
    if packed in {"", "identity"}:
        return _joined(pieces, most)
    if packed not in {"gzip", "x-gzip", "deflate"}:
        raise NotFetched("it comes packed in a way that we did not ask for", lasting=True)
    return _joined(_unpacked(pieces, most, _GZIP if "gzip" in packed else zlib.MAX_WBITS), most)


def too_large(most: int) -> NotFetched:
    return NotFetched(f"it is larger than {most // 1_000_000} MB", lasting=True)


def _joined(pieces: Iterable[bytes], most: int) -> bytes:
    kept = bytearray()
    for piece in pieces:
        kept += piece
        if len(kept) > most:
            raise too_large(most)
    return bytes(kept)


def _unpacked(pieces: Iterable[bytes], most: int, window: int) -> Iterable[bytes]:
    """A piece at a time and never a large one, so that a gigabyte in disguise stops at the first excess."""
    unpacker = zlib.decompressobj(window)
    came = 0
    try:
        for piece in pieces:
            came += len(piece)
            if came > most:
                raise too_large(most)
            left = piece
            while left and not unpacker.eof:
                yield unpacker.decompress(left, _PIECE)
                left = unpacker.unconsumed_tail
        yield unpacker.flush()
    except zlib.error as error:
        raise NotFetched("it does not unpack") from error
    if not unpacker.eof:
        raise NotFetched("it breaks off in the middle")
