"""A key for each person: what is sealed with it opens nowhere any more once it is destroyed.

Keys lie in the database, each sealed with the house's, and never in a backup's file: a backup opens only for
those whose key is still there (docs/decisions/0034). Whose a row is, the register says (foundation/personal).
Who asks for a key shares its person's lock, and who deletes the person has it alone: nothing is sealed with a
key that is being destroyed, and nobody who was deleted gets another (docs/decisions/0037).
"""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Connection, LargeBinary, String, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import Id, UtcDateTime
from foundation.database import Base, lock, share
from foundation.errors import DomainError
from foundation.key_file import KEY_BYTES
from foundation.keyring import KEYRING
from foundation.personal import explains, holdings_in
from foundation.sealing import NAME_BYTES


class PersonKey(Base):
    """Somebody's key, itself sealed with the house's. The newest seals, older ones open what they sealed."""

    __tablename__ = "person_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    owner_id: Mapped[str] = mapped_column(Id, index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ErasedPerson(Base):
    """Who was deleted: an id that means nothing any more, and when."""

    __tablename__ = "erased_person"

    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeyDestroyed(DomainError):
    """Somebody was deleted while this was being written about them."""

    code: ClassVar[str] = "person_erased"
    default: ClassVar[str] = "Their account has been deleted. Nothing was kept."


explains(ErasedPerson, "person_id", "who was deleted, by an id that means nothing any more")
explains(PersonKey, "owner_id", "a key opens what is told elsewhere; it is destroyed with the account")


def owner_of(connection: Connection, table: str, row: Mapping[str, Any]) -> str | None:
    """The id of whose this row is, by what the register says of its table; None where it is the house's."""
    for held in holdings_in(table):
        named = row.get(held.column)
        if named is None:
            continue
        if held.parent is None:
            return str(named)
        [key] = held.parent.primary_key.columns
        above = connection.execute(select(held.parent).where(key == named)).mappings().first()
        return owner_of(connection, held.parent.name, dict(above)) if above else None
    return None


def key_for(connection: Connection, owner_id: str, *, now: datetime) -> bytes:
    """The name of the key that seals what is theirs; it is made when there is none. Raises KeyDestroyed.

    Until the transaction ends they are not deleted (`hold_person`).
    """
    share(connection, _life_of(owner_id))
    newest = (PersonKey.created_at.desc(), PersonKey.id)
    found = connection.scalar(select(PersonKey.id).where(PersonKey.owner_id == owner_id).order_by(*newest))
    if found:
        return bytes.fromhex(found)
    if connection.scalar(select(ErasedPerson.person_id).where(ErasedPerson.person_id == owner_id)):
        raise KeyDestroyed
    return make_key(connection, owner_id, now=now)


def make_key(connection: Connection, owner_id: str, *, now: datetime) -> bytes:
    """A new one, which seals from now on. Returns its name."""
    name, key = os.urandom(NAME_BYTES), os.urandom(KEY_BYTES)
    row = {"id": name.hex(), "owner_id": owner_id, "wrapped": KEYRING.wrap(key, name), "created_at": now}
    connection.execute(insert(PersonKey).values(**row))
    KEYRING.remember(name, key)
    return name


def hold_person(session: Session, person_id: str) -> None:
    """Wait for whoever writes something sealed about them; nobody begins to until the transaction ends."""
    lock(session, _life_of(person_id))


def _life_of(person_id: str) -> str:
    return f"person:{person_id}"


def destroy_keys(session: Session, person_id: str) -> None:
    """Whatever was sealed with them does not open any more, here or in any backup."""
    gone = delete(PersonKey).where(PersonKey.owner_id == person_id).returning(PersonKey.id)
    KEYRING.forget([bytes.fromhex(one) for one in session.scalars(gone).all()])
