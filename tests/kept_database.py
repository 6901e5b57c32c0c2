"""One PostgreSQL database after another for the stories of a test process, emptied between them.

To copy the template for each story takes ten times as long as to delete its few rows. The database gets
another name for each story, so that nothing left over from one story reaches the next; a story that
changes tables, guards or triggers has its database thrown away, and after many it is a new one anyway.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import Connection, sql

from foundation.database import Database
from tests.schema import drop_postgres, named, new_postgres
from tests.servers import postgres_url

_MOST_STORIES = 50
_PATIENCE_SECONDS = 60
_SHAPE = """
WITH ours AS (SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace)
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
  SELECT concat('table', oid, relname) AS part FROM ours
  UNION ALL SELECT concat('column', attrelid, attname, atttypid, attnotnull, attisdropped)
    FROM pg_attribute JOIN ours ON attrelid = ours.oid
  UNION ALL SELECT concat('guard', oid, conname, convalidated) FROM pg_constraint
  UNION ALL SELECT concat('trigger', oid, tgname, tgenabled) FROM pg_trigger
  UNION ALL SELECT concat('function', oid, md5(prosrc)) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT version_num FROM alembic_version
) AS parts"""
"""All that a story might change besides rows; statistics and row counts are no part of it."""
_OWN = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename != 'alembic_version'"
_SEND_AWAY = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


class KeptDatabase:
    """The database of this process: `name` is what it was last called, `shape` what it has to be like."""

    def __init__(self) -> None:
        self.name, self.shape, self.stories = "", "", 0

    @contextmanager
    def lend(self) -> Iterator[Database]:
        """Empty and migrated, under a name of its own."""
        if not self.name:
            self._make()
        database = Database(named(self.name))
        try:
            yield database
        finally:
            database.close()
            self._take_back()

    def _make(self) -> None:
        self.name, self.stories = _new_name(), 0
        new_postgres(self.name).close()
        with _connected(named(self.name)) as connection:
            self.shape = _shape_of(connection)

    def _take_back(self) -> None:
        """Ready for the next story under another name, or gone."""
        self.stories += 1
        with _connected(postgres_url()) as server:
            _send_everybody_away(server, self.name)
            if self._is_empty_again() and self.stories < _MOST_STORIES:
                _send_everybody_away(server, self.name)
                names = sql.Identifier(self.name), sql.Identifier(other := _new_name())
                server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
                self.name = other
                return
        drop_postgres(self.name)
        self.name = ""

    def _is_empty_again(self) -> bool:
        """False when more was changed than rows."""
        with _connected(named(self.name)) as connection:
            if _shape_of(connection) != self.shape:
                return False
            _empty(connection)
            return True


def _new_name() -> str:
    return f"story_{secrets.token_hex(6)}"


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    with psycopg.connect(url.replace("postgresql+psycopg:", "postgresql:"), autocommit=True) as connection:
        yield connection


def _shape_of(connection: Connection) -> str:
    row = connection.execute(_SHAPE).fetchone()
    assert row is not None
    return str(row[0])


def _empty(connection: Connection) -> None:
    """Of all rows but the version of the schema; neither keys nor triggers have a say in it."""
    connection.execute("SET session_replication_role = replica")
    is_filled = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    tables = [one for (one,) in connection.execute(_OWN)]
    asked = [is_filled.format(sql.Literal(one), sql.Identifier(one)) for one in tables]
    for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall():
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))


def _send_everybody_away(server: Connection, name: str) -> None:
    """Whoever still looks at the database loses the connection; nobody is left when this returns."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while server.execute(_SEND_AWAY, [name]).fetchall():
        assert time.monotonic() < deadline, "somebody does not leave the story's database"
        time.sleep(0.002)
