"""What a house stands on: either engine, killed as hard as the house, and looked at before it is mended."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from foundation.database import Base, Database
from tests.faults.live.powers import Postgres

_READ_INDEXES = """
select c.relname, bt_index_parent_check(c.oid, heapallindexed => true)
from pg_class c join pg_am a on a.oid = c.relam join pg_index i on i.indexrelid = c.oid
join pg_namespace n on n.oid = c.relnamespace
where a.amname = 'btree' and c.relkind = 'i' and i.indisvalid and n.nspname = 'public'
"""
_READ_TABLES = """
select c.relname, v.msg from pg_class c join pg_namespace n on n.oid = c.relnamespace,
lateral verify_heapam(c.oid) v where c.relkind = 'r' and n.nspname = 'public'
"""


class Ground(Protocol):
    """`settings` is what the house has to be told of it."""

    settings: dict[str, str]

    def stagger(self) -> None:
        """One part of it dies, in the middle of the work; the house lives on."""

    def fall(self) -> None:
        """All of it dies. It stands again when this returns."""

    def faults(self, database: Database) -> list[str]:
        """What its own checks of integrity find, and rows that point to nothing."""


class SQLite:
    settings: dict[str, str] = {}  # noqa: RUF012 - never changed

    def stagger(self) -> None:
        """It has no parts: it lives in the processes of the house."""

    fall = stagger

    def faults(self, database: Database) -> list[str]:
        with database.read() as session:
            found = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check"))]
            orphans = [str(tuple(row)) for row in session.execute(text("PRAGMA foreign_key_check"))]
        return [one for one in found if one != "ok"] + orphans


class PostgreSQL:
    """amcheck reads every index beside its table, both ways, and every page of every table."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self.settings = {"DATABASE_URL": server.url}

    def stagger(self) -> None:
        """A backend is killed: all of them start anew, and the log is played back."""
        self._server.kill_a_backend()

    def fall(self) -> None:
        with self._server.stopped():
            pass

    def faults(self, database: Database) -> list[str]:
        with database.write() as session:
            session.execute(text("CREATE EXTENSION IF NOT EXISTS amcheck"))
        with database.read() as session:
            assert session.execute(text(_READ_INDEXES)).all(), "no index was looked at"
            torn = [str(tuple(row)) for row in session.execute(text(_READ_TABLES))]
            return torn + [one for table in Base.metadata.sorted_tables for one in _orphans(session, table)]


def _orphans(session: Session, table: Table) -> Iterator[str]:
    for key in table.foreign_keys:
        pointed_to = key.column.table.alias("pointed_to")
        there = select(1).where(pointed_to.c[key.column.name] == key.parent)
        lost = select(func.count()).where(key.parent.is_not(None), ~there.correlate(table).exists())
        if count := session.scalar(lost.select_from(table)):
            yield f"{count} rows of {table.name} point to no {key.column.table.name}"


@contextmanager
def standing_on(engine: str, parent: str | None) -> Iterator[Ground]:
    """Durable, as people have it: other tests turn that off. PostgreSQL's files are below `parent`."""
    if engine == "sqlite":
        yield SQLite()
        return
    folder = Path(tempfile.mkdtemp(prefix="evenside-pg-", dir=parent))
    server = Postgres(folder, durable=True)
    try:
        yield PostgreSQL(server)
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)
