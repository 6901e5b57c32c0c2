"""Bringing rows back: in one transaction, so that whoever works meanwhile sees all of it or nothing."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, inspect, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from cli.backup.reading import Row
from cli.backup.rows import plain_table
from foundation.database import Base

NEVER_EMPTIED = frozenset({"audit_entry", "erased_person", "person_key"})
"""The trail of acts, who was deleted, and keys: what is there stays, beside what comes back."""
_AT_ONCE = 1000
_TRIGGERS = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
Columns = Sequence[Sequence[str]]


def put_back(connection: Connection, rows: Iterable[Row]) -> dict[str, int]:
    """Take out what is there and write `rows` instead; returns how many of each table."""
    counts = {}
    with _triggers_resting(connection):
        _empty(connection)
        for (name, columns), group in groupby(rows, key=lambda row: (row.table, row.columns)):
            counts[name] = _fill(connection, Base.metadata.tables[name], columns, group)
    if connection.dialect.name == "postgresql":
        _go_on_counting(connection)
    return counts


@contextmanager
def _triggers_resting(connection: Connection) -> Iterator[None]:
    """They note changes and guard against people; what they wrote is in the backup already."""
    if connection.dialect.name == "postgresql":
        for one in _there(connection):
            connection.exec_driver_sql(f"ALTER TABLE {one.name} DISABLE TRIGGER USER")
        yield
        for one in _there(connection):
            connection.exec_driver_sql(f"ALTER TABLE {one.name} ENABLE TRIGGER USER")
        return
    resting = connection.execute(_TRIGGERS).all()
    for name, _written in resting:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _name, written in resting:
        connection.exec_driver_sql(written)


def _empty(connection: Connection) -> None:
    tables = [one for one in reversed(_there(connection)) if one.name not in NEVER_EMPTIED]
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"TRUNCATE {', '.join(one.name for one in tables)}")
        return
    for one in tables:
        connection.execute(one.delete())


def _fill(connection: Connection, known: Table, columns: Columns, rows: Iterable[Row]) -> int:
    """A row that refers to another of its table gets that reference when all of them are there."""
    own = [key.parent.name for key in known.foreign_keys if key.column.table is known]
    plain = plain_table(known.name, columns)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    adding: Any = dialect.insert(plain)
    if known.name in NEVER_EMPTIED:
        adding = adding.on_conflict_do_nothing()
    kept, count = [], 0
    for lot in _lots(one.values for one in rows):
        kept += [one for one in lot if any(one[name] is not None for name in own)]
        connection.execute(adding, [{**one, **dict.fromkeys(own)} for one in lot])
        count += len(lot)
    if kept:
        _refer(connection, known, own, kept)
    return count


def _refer(connection: Connection, known: Table, own: Sequence[str], rows: list[dict[str, Any]]) -> None:
    [key] = known.primary_key.columns
    referring = update(known).where(key == bindparam("this")).values({n: bindparam(f"to_{n}") for n in own})
    found = [{"this": one[key.name], **{f"to_{name}": one[name] for name in own}} for one in rows]
    connection.execute(referring, found)


def _there(connection: Connection) -> list[Table]:
    """An older schema has fewer tables; the ones that others refer to first."""
    names = set(inspect(connection).get_table_names())
    return [one for one in Base.metadata.sorted_tables if one.name in names]


def _lots(values: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    remaining = iter(values)
    while lot := list(islice(remaining, _AT_ONCE)):
        yield lot


def _go_on_counting(connection: Connection) -> None:
    """PostgreSQL numbers rows by counters of its own, which know nothing of what was written by hand."""
    for one in _there(connection):
        counted = one.autoincrement_column
        if counted is None:
            continue
        counter = func.pg_get_serial_sequence(one.name, counted.name)
        highest = select(func.coalesce(func.max(counted), 1)).scalar_subquery()
        connection.execute(select(func.setval(counter, highest)))
