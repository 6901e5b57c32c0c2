"""Rows as they lie in the database, sealed text unopened, in words that both engines understand."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    LargeBinary,
    Table,
    TableClause,
    column,
    select,
    table,
)
from sqlalchemy.types import TypeEngine

from foundation.columns import Encrypted, UtcDateTime

_AT_ONCE = 1000
LEFT_OUT = frozenset({"auth_session", "signin_attempt", "throttle_count", "person_key"})
"""Who is signed in where comes back by nothing but signing in; keys lie apart from what they open."""


@dataclass(frozen=True)
class Kind:
    """How values of some columns travel: `type` speaks with the driver, `out` and `back` with the file."""

    type: TypeEngine[Any]
    out: Callable[[Any], Any]
    back: Callable[[Any], Any]


def _itself(value: Any) -> Any:
    return value


KINDS = {
    "bytes": Kind(LargeBinary(), lambda value: b64encode(bytes(value)).decode(), b64decode),
    "instant": Kind(UtcDateTime(), datetime.isoformat, datetime.fromisoformat),
    "date": Kind(Date(), date.isoformat, date.fromisoformat),
    "json": Kind(JSON(none_as_null=True), _itself, _itself),
    "truth": Kind(Boolean(), bool, bool),
}


def kind_of(one: Column[Any]) -> str:
    """Which of KINDS a column is; empty for numbers and words, which travel as they are."""
    if isinstance(one.type, (Encrypted, LargeBinary)):
        return "bytes"
    if isinstance(one.type, UtcDateTime):
        return "instant"
    if isinstance(one.type, JSON):
        return "json"
    if isinstance(one.type, Boolean):
        return "truth"
    return "date" if isinstance(one.type, Date) else ""


def columns_of(known: Table) -> list[list[str]]:
    """Name and kind of each."""
    return [[one.name, kind_of(one)] for one in known.columns]


def plain_table(name: str, columns: Sequence[Sequence[str]]) -> TableClause:
    """The table as the file tells of it, whatever models say today."""
    kinds = {kind: one.type for kind, one in KINDS.items()}
    return table(name, *(column(one, kinds[kind]) if kind else column(one) for one, kind in columns))


def read_rows(connection: Connection, known: Table) -> Iterator[list[Any]]:
    """Every row, by its key; what was sealed stays so."""
    columns = columns_of(known)
    plain = plain_table(known.name, columns)
    order = [plain.c[one.name] for one in known.primary_key]
    outs = [KINDS[kind].out if kind else _itself for _name, kind in columns]
    stream = connection.execution_options(yield_per=_AT_ONCE).execute(select(plain).order_by(*order))
    for row in stream:
        yield [None if value is None else out(value) for out, value in zip(outs, row, strict=True)]


def as_values(columns: Sequence[Sequence[str]], row: Sequence[Any]) -> dict[str, Any]:
    """A row of the file as the database takes it."""
    return {
        name: KINDS[kind].back(value) if kind and value is not None else value
        for (name, kind), value in zip(columns, row, strict=True)
    }
