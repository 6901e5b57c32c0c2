"""Every sealed value, opened and sealed again with the key that is newest for it; a few rows at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Table, TableClause, and_, select, update

from cli.backup.rows import columns_of, plain_table
from foundation.columns import Encrypted
from foundation.database import Base, Database
from foundation.keyring import KEYRING
from foundation.person_keys import KeyDestroyed, key_for, owner_of
from foundation.sealing import key_name, name_of, row_name
from foundation.tables import know_every_table

_AT_ONCE = 100
Keys = dict[str, bytes | None]


def sealed_columns(known: Table) -> dict[str, Encrypted]:
    return {one.name: one.type for one in known.columns if isinstance(one.type, Encrypted)}


def sealed_tables() -> list[Table]:
    know_every_table()
    return [one for one in Base.metadata.sorted_tables if sealed_columns(one)]


def reseal_everything(database: Database, *, now: datetime) -> int:
    """Returns how many values had another key. What somebody changes meanwhile is left as they wrote it."""
    return sum(_reseal_table(database, known, now) for known in sealed_tables())


def _reseal_table(database: Database, known: Table, now: datetime) -> int:
    with database.read() as session:
        rows = session.execute(select(*known.primary_key.columns)).all()
    count, remaining, keys = 0, iter(rows), Keys()
    while lot := list(islice(remaining, _AT_ONCE)):
        with database.write() as session:
            count += sum(_reseal_row(session.connection(), known, one, keys, now) for one in lot)
    return count


def _reseal_row(connection: Connection, known: Table, at: Row[Any], keys: Keys, now: datetime) -> int:
    plain = plain_table(known.name, columns_of(known))
    here = and_(*(plain.c[one.name] == value for one, value in zip(known.primary_key, at, strict=True)))
    row = connection.execute(select(plain).where(here)).mappings().first()
    if row is None:
        return 0
    named, count = ":".join(map(str, at)), 0
    for column, kind in sealed_columns(known).items():
        old = row[column]
        key = None if kind.shared or old is None else _key(connection, known, dict(row), keys, now)
        if old is None or _is_newest(bytes(old), key, named):
            continue
        new = KEYRING.seal(KEYRING.open(bytes(old), kind.place), kind.place, name=key, row=named)
        count += _exchange(connection, plain, here, column, old, new)
    return count


def _key(
    connection: Connection, known: Table, row: dict[str, Any], keys: Keys, now: datetime
) -> bytes | None:
    owner = owner_of(connection, known.name, row)
    if owner is None:
        return None
    if owner not in keys:
        keys[owner] = _key_or_none(connection, owner, now)
    return keys[owner]


def _key_or_none(connection: Connection, owner: str, now: datetime) -> bytes | None:
    """None for somebody who was deleted: of what stays the words are gone, and the house's key seals that."""
    try:
        return key_for(connection, owner, now=now)
    except KeyDestroyed:
        return None


def _is_newest(sealed: bytes, key: bytes | None, row: str) -> bool:
    return key_name(sealed) == (key or name_of(KEYRING.newest)) and row_name(sealed) == row


def _exchange(
    connection: Connection, plain: TableClause, here: Any, column: str, old: Any, new: bytes
) -> int:
    """Only what still is as it was opened."""
    unchanged = and_(here, plain.c[column] == old)
    return connection.execute(update(plain).where(unchanged).values({column: new})).rowcount


def names_in_use(database: Database) -> Iterator[bytes | None]:
    """The names of all keys that something is sealed with."""
    for known in sealed_tables():
        plain = plain_table(known.name, columns_of(known))
        columns: Sequence[Any] = [plain.c[name] for name in sealed_columns(known)]
        with database.moment() as session:
            for row in session.execute(select(*columns).execution_options(yield_per=1000)):
                yield from (key_name(bytes(value)) for value in row if value is not None)
