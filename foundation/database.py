"""The database: SQLite by default, PostgreSQL when asked; the same models and promises on both."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar

import psycopg
import pysqlite3
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    TextualSelect,
    Update,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import DisconnectionError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from foundation.keyring import KEYRING
from foundation.silence import connect_patiently
from foundation.spelt import Spelt, cursor_of, spell

_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
T = TypeVar("T")
_REST_SECONDS = 5
_QUIET = {"hide_parameters": True}
"""An error in a log shows the statement, never what a person wrote."""
_STILL = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_PATIENCE_SECONDS = 4
"""How long a request waits for PostgreSQL before people are told that we are away."""
_QUEUE_SECONDS = 10
"""How long it waits behind others for its turn, as it would on SQLite."""
_IN_THE_WAY = frozenset({"40001", "40P01"})
"""Two transactions stood in each other's way, and PostgreSQL ended one: serialisation, deadlock."""
_WAIT_FOR_NO_DISK = text("SET LOCAL synchronous_commit TO off")
_ALL_KEYS = text("SELECT id, wrapped FROM person_key")
_ONE_KEY = text("SELECT id, wrapped FROM person_key WHERE id = :name")
_SHARE = text("SELECT pg_advisory_xact_lock_shared(:number)")
_LOCK_IN_ORDER = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:numbers AS bigint[])) AS key")
"""An array is unnested in its own order, so the locks are taken in it."""


class Base(DeclarativeBase):
    """Every table of the house; constraint names are the same on both engines."""

    metadata = MetaData(naming_convention=_NAMES)


class Database:
    """One engine and the ways to use it: look (`read`), look at one `moment`, and change (`write`)."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._reading = _reading_engine(url) if _is_postgres(url) else self.engine
        self._still = self.engine.execution_options(**_STILL) if _is_postgres(url) else self.engine
        self._writing = self.engine.execution_options(evenside_write=True)
        self._noting = self.engine.execution_options(evenside_write=True, evenside_light=True)
        self._jotting = _jotting_engine(url)
        self._statements: dict[TextualSelect | Update, Spelt] = {}
        self.after_commit: Callable[[Session], None] = _say_nothing
        self._url = url
        KEYRING.add_source(self)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking: what it might change is rolled back on SQLite, refused by PostgreSQL."""
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def moment(self) -> Iterator[Session]:
        """A session for looking in which nothing changes: every statement sees the same commits.

        `read` promises that on SQLite alone; on PostgreSQL each of its statements sees what is newest.
        """
        with Session(self._still, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        SQLite takes its single writer lock at the start, so that nobody's read goes stale midway.
        """
        with Session(self._writing, expire_on_commit=False) as session:
            with session.begin():
                yield session
            self.after_commit(session)

    @contextmanager
    def note(self) -> Iterator[Session]:
        """A `write` that waits for no disk, for counts of tries: after a power cut the last may be missing.

        It outlives the end of any process, as every write does.
        """
        with Session(self._noting, expire_on_commit=False) as session, session.begin():
            if is_postgres(session):
                session.execute(_WAIT_FOR_NO_DISK)
            yield session

    def jot(self, statement: Update, **values: object) -> None:
        """One statement in a `note` of its own, in one round trip and without a session: it costs a fifth.

        Raises SQLAlchemyError when the database is away.
        """
        spelt = self._spelt(statement)
        with cursor_of(self._jotting, spelt.words) as cursor:
            cursor.execute(spelt.words, spelt.bound(values))

    def glance(self, statement: TextualSelect, **values: object) -> tuple[Any, ...] | None:
        """The first row of one statement as the driver has it, for what thousands of programs ask.

        Without a session it costs a tenth. Raises SQLAlchemyError when the database is away.
        """
        spelt = self._spelt(statement)
        with cursor_of(self._reading, spelt.words) as cursor:
            cursor.execute(spelt.words, spelt.bound(values))
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row

    def _spelt(self, statement: TextualSelect | Update) -> Spelt:
        if statement not in self._statements:
            self._statements[statement] = spell(statement, self.engine.dialect)
        return self._statements[statement]

    def change(self, command: Callable[[Session], T]) -> T:
        """Run `command` in one `write`, and once more if another transaction stood in its way."""
        try:
            with self.write() as session:
                return command(session)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _IN_THE_WAY:
                raise
        with self.write() as session:
            return command(session)

    def find_keys(self, name: str | None) -> dict[str, bytes]:
        """People's keys, wrapped: one by its name, or all.

        Over a connection of its own, since rows are being read while a key is wanted.
        """
        statement, named = (_ONE_KEY, {"name": name}) if name else (_ALL_KEYS, {})
        with self._aside.connect() as connection:
            return {row[0]: bytes(row[1]) for row in connection.execute(statement, named)}

    @cached_property
    def _aside(self) -> Engine:
        if not _is_postgres(self._url):
            return create_engine(self.engine.url, module=pysqlite3, poolclass=NullPool, **_QUIET)
        soon = {"connect_timeout": _PATIENCE_SECONDS}
        return create_engine(self.engine.url, connect_args=soon, poolclass=NullPool, **_QUIET)

    def close(self) -> None:
        KEYRING.remove_source(self)
        for one in (self.engine, self._reading, self._jotting):
            one.dispose()


def _say_nothing(_session: Session) -> None:
    pass


def is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def lock(session: Session, *keys: str) -> None:
    """Hold the named locks until the transaction ends, taken in one order so that no two wait in a ring.

    SQLite needs none: its write transactions are already one at a time.
    """
    if not is_postgres(session):
        return
    numbers = [_number(key) for key in sorted(keys)]
    session.execute(_LOCK_IN_ORDER, {"numbers": numbers})


def share(connection: Connection, key: str) -> None:
    """Until the transaction ends others may `share` the named lock too, and whoever wants it alone waits.

    Who shares one must not go on to `lock` the same: two of them would wait for each other.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_SHARE, {"number": _number(key)})


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)


def violates(error: IntegrityError, name: str) -> bool:
    """Whether the database refused because of the constraint, index or trigger called `name`."""
    return name in str(error.orig)


def _engine(url: str) -> Engine:
    return _postgres_engine(url) if _is_postgres(url) else _sqlite_engine(url)


def _sqlite_engine(url: str, *, light: bool = False) -> Engine:
    waiting = {"timeout": _QUEUE_SECONDS, "check_same_thread": False}
    engine = create_engine(url, module=pysqlite3, connect_args=waiting, **_QUIET)
    event.listen(engine, "connect", _prepare_lightly if light else _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _reading_engine(url: str) -> Engine:
    """Each statement by itself, as READ COMMITTED would see it anyway, and two round trips fewer."""
    return _postgres_engine(url, isolation_level="AUTOCOMMIT", options="-c default_transaction_read_only=on")


def _jotting_engine(url: str) -> Engine:
    """Each statement by itself, and no waiting for a disk."""
    if not _is_postgres(url):
        return _sqlite_engine(url, light=True)
    return _postgres_engine(url, isolation_level="AUTOCOMMIT", options="-c synchronous_commit=off")


def _postgres_engine(url: str, options: str = "", **more: Any) -> Engine:
    patience = {"connect_timeout": _PATIENCE_SECONDS, "options": options}
    driven = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(driven, pool_timeout=_QUEUE_SECONDS, connect_args=patience, **_QUIET, **more)
    event.listen(engine, "do_connect", connect_patiently)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _ask_after_a_pause)
    return engine


def _is_postgres(url: str) -> bool:
    return make_url(url).get_backend_name() == "postgresql"


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _ask_after_a_pause(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection that has rested may have died: ask before using it. Always asking costs each request."""
    if time.monotonic() - record.info.get("used_at", time.monotonic()) < _REST_SECONDS:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise DisconnectionError from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_lightly(connection: Any, record: object) -> None:
    _prepare_sqlite(connection, record)
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    writing, light = options.get("evenside_write", False), options.get("evenside_light", False)
    if light != connection.info.get("light", False):
        connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if light else 'FULL'}")
        connection.info["light"] = light
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
