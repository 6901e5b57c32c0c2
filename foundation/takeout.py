"""Everything that the house holds about one person, in the words of the register (foundation/personal)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session

from foundation.database import Base
from foundation.personal import Holding, holdings, name_column
from foundation.tables import know_every_table

NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
"""The statement that goes with every copy: 42 CFR 2.32(a)(2), as amended in 2024."""
YOU = "You"
_PEOPLE = frozenset({"actor_id"})
"""Columns that name a person without a key on them."""
_WORDS = {"at": "when", "actor_id": "who", "action": "what", "object_kind": "about what"}
Names = Mapping[str, str]


@dataclass(frozen=True)
class Section:
    """One kind of thing: `labels` of its columns in plain words, and the rows, the oldest first."""

    table: str
    title: str
    labels: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def gather(session: Session, person_id: str) -> list[Section]:
    """Whatever is theirs, by the kind of thing; what there is none of is left out."""
    know_every_table()
    found = [_section(session, one, person_id) for one in holdings() if one.shows]
    return sorted((one for one in found if one.rows), key=_turn)


def _turn(section: Section) -> int:
    """Who they are comes first, and the long record of acts last."""
    return {"person": 0, "audit_entry": 2}.get(section.table, 1)


def _section(session: Session, held: Holding, person_id: str) -> Section:
    columns = [held.table.c[name] for name in held.shows]
    order = held.table.c[held.shows[0]]
    rows = session.execute(select(*columns).where(held.rows_of(person_id)).order_by(order)).all()
    named = [_names(session, one, {row[at] for row in rows}, person_id) for at, one in enumerate(columns)]
    told = tuple(
        tuple(names.get(value, value) if names else value for names, value in zip(named, row, strict=True))
        for row in rows
    )
    return Section(held.table.name, held.title, tuple(map(_label, held.shows)), held.shows, told)


def _names(session: Session, column: Column[Any], ids: set[Any], person_id: str) -> Names:
    """What the rows are called that a column refers to; nothing for a column that refers to none."""
    target = next(_targets(column), None)
    called = None if target is None else name_column(target)
    if target is None or called is None:
        return {}
    [key] = target.primary_key.columns
    names = {row[0]: str(row[1]) for row in session.execute(select(key, called).where(key.in_(ids)))}
    return {**names, person_id: YOU} if target.name == "person" else names


def _targets(column: Column[Any]) -> Iterator[Table]:
    if column.name in _PEOPLE:
        yield Base.metadata.tables["person"]
    yield from (key.column.table for key in column.foreign_keys)


def _label(name: str) -> str:
    """`Starts at` for starts_at, `Service` for service_id."""
    words = _WORDS.get(name) or name.removesuffix("_id").replace("_", " ")
    return words[:1].upper() + words[1:]
