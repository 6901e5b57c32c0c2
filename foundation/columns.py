"""Column types that the whole house shares: identifiers, UTC instants, sealed text."""

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator

from foundation.key_file import HouseKeys
from foundation.keyring import KEYRING
from foundation.sealing import SealBroken, row_name

__all__ = [
    "Encrypted", "Id", "Json", "Opened", "Owned", "SealBroken", "UtcDateTime", "blind_index", "install_key",
    "new_id",
]  # fmt: skip
ID_LENGTH = 20
_ID_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"

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


def install_key(key: bytes) -> None:
    """Set the 32-byte key that this process seals and opens text with."""
    KEYRING.install(HouseKeys(key))


def blind_index(place: str, value: str) -> str:
    """A digest to find sealed text by; without the key nobody can try values. `place` keeps uses apart."""
    return KEYRING.index(place, value)


class Owned(str):
    """Text on its way into the database that knows its column, its row and whose key seals it."""

    place: str
    row: str
    key: bytes | None

    def __new__(cls, text: str, place: str, row: str, key: bytes | None) -> "Owned":
        made = super().__new__(cls, text)
        made.place, made.row, made.key = place, row, key
        return made


class Opened(str):
    """Text that was sealed for the row called `row`; loaded with another it is refused (own_seals)."""

    row: str

    def __new__(cls, text: str, row: str) -> "Opened":
        made = super().__new__(cls, text)
        made.row = row
        return made


class Encrypted(TypeDecorator[str]):
    """Text sealed with AES-256-GCM; `place` (table.column) is bound in as associated data.

    What is about a person is sealed with their own key (own_seals). What several people share and what is
    erased in days is `shared`, and sealed with the house's.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str, *, shared: bool = False) -> None:
        super().__init__()
        self.place, self.shared = place, shared

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if isinstance(value, Owned) and value.place == self.place:
            return KEYRING.seal(value, self.place, name=value.key, row=value.row)
        return KEYRING.seal(value, self.place)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        sealed = bytes(value)
        text, row = KEYRING.open(sealed, self.place), row_name(sealed)
        return Opened(text, row) if row else text
