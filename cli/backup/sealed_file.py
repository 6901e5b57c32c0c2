"""A file of any length that only our key opens: AES-256-GCM in chunks that cannot be swapped, cut or joined.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance, 2015): each nonce holds the number of its chunk and whether it is the last. The
file's key comes from the house's by HKDF (RFC 5869) with a salt of its own; the first line is bound to it.
"""

import io
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MAGIC = b"evenside sealed file 1\n"
_CHUNK = 1 << 20
_TAG = 16
_SALT = 32
_LONGEST_LABEL = 64 * 1024
_HARMED = "It does not open with this encryption key, or it was altered or cut off."


class NotOurFile(Exception):
    """It is no file of ours, was altered or cut, or was sealed with another key. The words say which."""


class SealedWriter(io.RawIOBase):
    """Seals what is written to `target`; only after `close` can the file be opened."""

    def __init__(self, target: BinaryIO, key: bytes, label: Mapping[str, Any]) -> None:
        self._target, self._held, self._number = target, bytearray(), 0
        salt, line = os.urandom(_SALT), json.dumps(dict(label)).encode() + b"\n"
        target.write(_MAGIC + line + salt)
        self._cipher, self._bound = AESGCM(_derived(key, salt)), line

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        while len(self._held) > _CHUNK:
            self._put(bytes(self._held[:_CHUNK]), last=False)
            del self._held[:_CHUNK]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._held), last=True)
        super().close()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last), chunk, self._bound))
        self._number += 1


def read_label(source: BinaryIO) -> dict[str, Any]:
    """What the first line says, not proven yet. Raises NotOurFile."""
    try:
        return dict(json.loads(_first_line(source)))
    except ValueError as error:
        raise NotOurFile(_HARMED) from error


def open_sealed(source: BinaryIO, keys: list[bytes]) -> Iterator[bytes]:
    """The content in pieces, each proven; the file's beginning is read anew. Raises NotOurFile, also late."""
    source.seek(0)
    line, salt = _first_line(source), source.read(_SALT)
    ahead, number = source.read(_CHUNK + _TAG), 0
    ciphers = [AESGCM(_derived(key, salt)) for key in keys]
    if not ahead:
        raise NotOurFile(_HARMED)
    while ahead:
        sealed, ahead = ahead, source.read(_CHUNK + _TAG)
        opened, ciphers = _opened(ciphers, _nonce(number, not ahead), sealed, line)
        number += 1
        yield opened


def _opened(ciphers: list[AESGCM], nonce: bytes, sealed: bytes, line: bytes) -> tuple[bytes, list[AESGCM]]:
    """The first chunk says which key it is; it has to stay that one."""
    for cipher in ciphers:
        try:
            return cipher.decrypt(nonce, sealed, line), [cipher]
        except InvalidTag:
            continue
    raise NotOurFile(_HARMED)


def _first_line(source: BinaryIO) -> bytes:
    if source.read(len(_MAGIC)) != _MAGIC:
        raise NotOurFile("It is not a backup of Evenside.")
    return source.readline(_LONGEST_LABEL)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _derived(key: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, b"evenside backup").derive(key)
