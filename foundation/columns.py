"""Column types that the whole house shares: identifiers, UTC instants, sealed text."""

import hmac
import os
import secrets
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator

ID_LENGTH = 20
_ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_NONCE_BYTES = 12

Id = String(ID_LENGTH)
Json = JSON


def new_id() -> str:
    """A random identifier of 100 bits that is safe to show and to type."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(ID_LENGTH))


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Goes in aware, is stored in UTC, comes out aware in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime is not an instant")
        in_utc = value.astimezone(UTC)
        return in_utc if dialect.name == "postgresql" else in_utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealBroken(Exception):
    """Stored text does not open: another key, another column, or it was altered."""


class _Keyring:
    cipher: AESGCM | None = None
    index_key: bytes = b""

    def require(self) -> AESGCM:
        if self.cipher is None:
            raise SealBroken("no encryption key is installed")
        return self.cipher


_keyring = _Keyring()


def install_key(key: bytes) -> None:
    """Set the 32-byte key that this process seals and opens text with."""
    _keyring.cipher = AESGCM(key)
    _keyring.index_key = hmac.digest(key, b"blind index", "sha256")


def blind_index(place: str, value: str) -> str:
    """A digest to find sealed text by; without the key nobody can try values. `place` keeps uses apart."""
    _keyring.require()
    return hmac.digest(_keyring.index_key, f"{place}:{value}".encode(), "sha256").hex()


class Encrypted(TypeDecorator[str]):
    """Text sealed with AES-256-GCM; `place` (table.column) is bound in as associated data."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + _keyring.require().encrypt(nonce, value.encode(), self.place.encode())

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        sealed = bytes(value)
        try:
            opened = _keyring.require().decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self.place.encode()
            )
        except InvalidTag as error:
            raise SealBroken(f"a value of {self.place} does not open with this key") from error
        return opened.decode()
