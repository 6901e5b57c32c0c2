"""How a sealed value lies in the database: bytes alone, no database and no clock. Pure.

    mark (4)  length of the row's name (1)  the row's name  key's name (8)  nonce (12)  AES-256-GCM

The table and column, the row's name and the key's name are bound in as associated data, so that a value moved
to another column does not open, and one moved to another row says whose it was. Values of the first releases
have neither mark nor names: a nonce, then the text, sealed with the house's key.
"""

import os
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = b"\xe5ev2"
NAME_BYTES = 8
_NONCE_BYTES = 12
_LONGEST_ROW = 255


class SealBroken(Exception):
    """Stored text does not open: another key, another column, another row, or it was altered."""


def name_of(key: bytes) -> bytes:
    """What a house's key is called: a digest, which says nothing of the key."""
    return sha256(b"evenside key name" + key).digest()[:NAME_BYTES]


def seal(text: bytes, *, key: bytes, name: bytes, place: str, row: str = "") -> bytes:
    """`place` is table.column; `row` names the row where that is known."""
    nonce, named = os.urandom(_NONCE_BYTES), row.encode()[:_LONGEST_ROW]
    head = MARK + bytes([len(named)]) + named + name
    return head + nonce + _cipher(key).encrypt(nonce, text, place.encode() + head)


def key_name(sealed: bytes) -> bytes | None:
    """The name of the key that opens it; None for a value of the first releases."""
    if not sealed.startswith(MARK):
        return None
    start = len(MARK) + 1 + sealed[len(MARK)]
    return sealed[start : start + NAME_BYTES]


def row_name(sealed: bytes) -> str:
    """The row that it was sealed for; empty when none was known."""
    if not sealed.startswith(MARK):
        return ""
    start = len(MARK) + 1
    return sealed[start : start + sealed[len(MARK)]].decode("ascii", "replace")


def unseal(sealed: bytes, find_key: Callable[[bytes | None], bytes], place: str) -> bytes:
    """`find_key` gives the key of a name; asked for None, the first house's. Raises SealBroken."""
    name = key_name(sealed)
    head = b"" if name is None else sealed[: len(MARK) + 1 + sealed[len(MARK)] + NAME_BYTES]
    nonce, rest = sealed[len(head) : len(head) + _NONCE_BYTES], sealed[len(head) + _NONCE_BYTES :]
    try:
        return _cipher(find_key(name)).decrypt(nonce, rest, place.encode() + head)
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"a value of {place} does not open with this key") from error


@lru_cache(maxsize=4096)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
