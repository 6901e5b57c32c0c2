"""Statements are compiled once in a test process, not once in each story's database.

SQLAlchemy keeps compiled statements by dialect, and every new engine brings a new one. Here all dialects of
one kind are one to it, share what is compiled, and ask a server only once what it is able to do.
"""

from typing import Any, ClassVar

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

_UNSET = object()


def compile_once() -> None:
    """For every database that this process opens from now on."""
    for name in ("sqlite", "sqlite.pysqlite"):
        registry.register(name, __name__, "KnownSqlite")
    registry.register("postgresql.psycopg", __name__, "KnownPostgres")


class Known:
    """Equal to every other of its class."""

    compiled: ClassVar[dict[Any, Any]]
    learnt: ClassVar[dict[str, Any]]

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine.update_execution_options(compiled_cache=cls.compiled)

    def initialize(self, connection: Connection) -> None:
        if not self.learnt:
            before = dict(vars(self))
            super().initialize(connection)  # type: ignore[misc]
            changed = (name for name, value in vars(self).items() if before.get(name, _UNSET) is not value)
            self.learnt.update({name: vars(self)[name] for name in changed})
        vars(self).update(self.learnt)


class KnownSqlite(Known, SQLiteDialect_pysqlite):
    """SQLite, as this process has met it."""

    supports_statement_cache = True
    compiled: ClassVar[dict[Any, Any]] = {}
    learnt: ClassVar[dict[str, Any]] = {}


class KnownPostgres(Known, PGDialect_psycopg):
    """The process's own PostgreSQL."""

    supports_statement_cache = True
    compiled: ClassVar[dict[Any, Any]] = {}
    learnt: ClassVar[dict[str, Any]] = {}
