"""Statements for the driver itself: where thousands are run, a session would cost more than they do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pysqlite3
from sqlalchemy import Dialect, Engine, TextualSelect, Update
from sqlalchemy.exc import OperationalError


@dataclass(frozen=True)
class Spelt:
    """A statement as the driver wants it: its words, the order of its values where that counts, its types."""

    words: str
    order: Sequence[str]
    constants: Mapping[str, Any]
    binding: Mapping[str, Callable[[Any], Any]]

    def bound(self, values: Mapping[str, object]) -> Any:
        told = {**self.constants, **values}
        ready = {name: self.binding[name](one) if name in self.binding else one for name, one in told.items()}
        return tuple(ready[name] for name in self.order) if self.order else ready


def spell(statement: TextualSelect | Update, dialect: Dialect) -> Spelt:
    compiled = statement.compile(dialect=dialect)
    processors = {name: one.type.bind_processor(dialect) for name, one in compiled.binds.items()}
    binding = {name: processor for name, processor in processors.items() if processor is not None}
    return Spelt(str(compiled), tuple(compiled.positiontup or ()), compiled.params, binding)


@contextmanager
def cursor_of(engine: Engine, words: str) -> Iterator[Any]:
    """The driver's own, of an engine that commits each statement by itself.

    Raises SQLAlchemyError when the database is away.
    """
    pooled = engine.raw_connection()
    try:
        cursor = pooled.cursor()
        yield cursor
        cursor.close()
    except (psycopg.Error, pysqlite3.Error) as error:
        raise OperationalError(words, None, error) from error
    finally:
        pooled.close()
