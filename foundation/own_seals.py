"""What is written about a person is sealed with that person's key, and bound to its row.

A model says `Encrypted("table.column")` and no more. Before a row goes to the database, its texts learn whose
they are; when it comes back, a text that was sealed for another row is refused.
"""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import InstanceState, Mapper, Session, object_session

from foundation.columns import Encrypted, Opened, Owned
from foundation.person_keys import key_for, owner_of
from foundation.sealing import SealBroken
from foundation.tables import know_every_table

_KEYS = "evenside_keys"


@event.listens_for(Mapper, "mapper_configured")
def _attend(mapper: Mapper[Any], model: type) -> None:
    if not _sealed(mapper):
        return
    for moment, command in (("before_insert", _before_insert), ("before_update", _before_update)):
        event.listen(mapper, moment, command)
    for moment in ("after_insert", "after_update"):
        event.listen(mapper, moment, _after)
    event.listen(model, "load", lambda target, _context: _check(mapper, target))
    event.listen(model, "refresh", lambda target, _context, _names: _check(mapper, target))


@event.listens_for(Session, "after_soft_rollback")
def _forget_keys(session: Session, _previous: object) -> None:
    """A key that was made within a savepoint goes back with it, and nothing may be sealed with it then."""
    session.info.pop(_KEYS, None)


@cache
def _sealed(mapper: Mapper[Any]) -> dict[str, Encrypted]:
    kinds = ((one.key, one.columns[0].type) for one in mapper.column_attrs)
    return {name: kind for name, kind in kinds if isinstance(kind, Encrypted)}


def _before_insert(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    _name(mapper, target)
    _own(mapper, connection, target, set(_sealed(mapper)))


def _before_update(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    state: InstanceState[Any] = target._sa_instance_state
    _own(mapper, connection, target, set(_sealed(mapper)) & set(state.committed_state))


def _own(mapper: Mapper[Any], connection: Connection, target: Any, names: set[str]) -> None:
    """The texts of these attributes learn their row and whose key seals them."""
    values, sealed = target.__dict__, _sealed(mapper)
    written = [name for name in names if isinstance(values.get(name), str)]
    if not written:
        return
    row = _row(mapper, target)
    shared = all(sealed[name].shared for name in written)
    key = None if shared else _key(mapper, connection, target)
    for name in written:
        values[name] = Owned(values[name], sealed[name].place, row, None if sealed[name].shared else key)


def _after(mapper: Mapper[Any], _connection: Connection, target: Any) -> None:
    """Plain text again: copied into another row it must not carry this one's name along."""
    values = target.__dict__
    for name in _sealed(mapper):
        if isinstance(values.get(name), Owned):
            values[name] = str(values[name])


def _name(mapper: Mapper[Any], target: Any) -> None:
    """A new row gets its id now, not in the statement, so that its texts can be bound to it."""
    for column in mapper.primary_key:
        attribute = mapper.get_property_by_column(column).key
        if getattr(target, attribute) is None and column.default is not None and column.default.is_callable:
            setattr(target, attribute, column.default.arg(None))


def _row(mapper: Mapper[Any], target: Any) -> str:
    values = [getattr(target, mapper.get_property_by_column(one).key) for one in mapper.primary_key]
    return "" if None in values else ":".join(map(str, values))


def _key(mapper: Mapper[Any], connection: Connection, target: Any) -> bytes | None:
    """Looked up once in a transaction or savepoint; never remembered longer, since it may be destroyed."""
    know_every_table()
    row = {column.name: target.__dict__.get(one.key) for one in mapper.column_attrs for column in one.columns}
    owner = owner_of(connection, str(mapper.local_table), row)
    if owner is None:
        return None
    session = object_session(target)
    known: dict[str, bytes] = {} if session is None else session.info.setdefault(_KEYS, {})
    if owner not in known:
        known[owner] = key_for(connection, owner, now=datetime.now(UTC))
    return known[owner]


def _check(mapper: Mapper[Any], target: Any) -> None:
    values, row = target.__dict__, ""
    for name, kind in _sealed(mapper).items():
        value = values.get(name)
        if type(value) is Opened:
            row = row or _row(mapper, target)
            if value.row != row:
                raise SealBroken(f"a value of {kind.place} belongs to another row")
            values[name] = str(value)
