"""What each table holds about a person: one register, which the export and the deletion both walk.

A table that names a person says beside its class what it holds (`holds`) or why nothing of it is theirs
(`explains`). test_every_table_answers_for_the_person.py fails for a table that says neither.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from foundation.database import Base

_held: dict[tuple[str, str], "Holding"] = {}
_explained: dict[tuple[str, str], str] = {}
_called: dict[str, str] = {"person": "name"}


@dataclass(frozen=True)
class Holding:
    """Rows of one table that are about a person, found by `column`: their id, or a row of `parent`.

    `shows` are the columns that the person reads in their export; where there are none, `unshown` says why.
    When they go the rows are deleted; or, with `keep` (the reason why they stay), only what `blank` names is
    overwritten.
    """

    table: Table
    column: str
    title: str
    shows: tuple[str, ...]
    parent: Table | None = None
    keep: str = ""
    blank: Mapping[str, Any] = field(default_factory=dict)
    unshown: str = ""

    def rows_of(self, person_id: str) -> ColumnElement[bool]:
        """Which rows are this person's."""
        mine = self.table.c[self.column]
        if self.parent is None:
            return mine == person_id
        [target] = [key.column for key in mine.foreign_keys if key.column.table is self.parent]
        theirs = (one.rows_of(person_id) for one in holdings_in(self.parent.name))
        return mine.in_(select(target).where(next(theirs)))


def holds(
    model: type[Base],
    column: str,
    *,
    title: str,
    shows: tuple[str, ...] = (),
    parent: type[Base] | None = None,
    keep: str = "",
    blank: Mapping[str, Any] | None = None,
    unshown: str = "",
) -> None:
    """Say what `model` keeps about the person whom `column` names. LookupError for an unknown column."""
    table = _table(model)
    for name in (column, *shows, *(blank or {})):
        _require(table, name)
    through = _table(parent) if parent else None
    _held[table.name, column] = Holding(table, column, title, shows, through, keep, blank or {}, unshown)


def explains(model: type[Base], column: str, why: str) -> None:
    """Say why a column that names a person holds nothing that is theirs to take along or to have deleted."""
    table = _table(model)
    _require(table, column)
    _explained[table.name, column] = why


def calls(model: type[Base], column: str) -> None:
    """Say which column of `model` names its rows, so that an export says the name and not the id."""
    _require(_table(model), column)
    _called[_table(model).name] = column


def holdings() -> Iterator[Holding]:
    """All of them, tables that others refer to first; as many as have been imported."""
    for table in Base.metadata.sorted_tables:
        yield from holdings_in(table.name)


def holdings_in(table: str) -> list[Holding]:
    """What a table says about people: one for each column that names one."""
    return [one for (name, _column), one in _held.items() if name == table]


def is_explained(table: str, column: str) -> bool:
    """Whether somebody said why this column, which names a person, holds nothing of theirs."""
    return (table, column) in _explained


def explanations() -> Mapping[tuple[str, str], str]:
    """By table and column, why it holds nothing."""
    return dict(_explained)


def name_column(table: Table) -> ColumnElement[Any] | None:
    """The column that rows of `table` are called by, if there is one."""
    name = _called.get(table.name)
    return None if name is None else table.c[name]


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table")
    return table


def _require(table: Table, column: str) -> None:
    if column not in table.c:
        raise LookupError(f"{table.name} has no column {column}")
