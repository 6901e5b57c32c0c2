"""PostgreSQL was restarted overnight: the first visitor in the morning notices nothing."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

import foundation.database
from foundation.database import Database
from tests.schema import drop_postgres, new_postgres
from tests.servers import postgres_url, run_sql


@pytest.fixture
def rested() -> Iterator[Database]:
    """A database whose pooled connection has died while nobody used it."""
    name = f"story_{secrets.token_hex(6)}"
    database = new_postgres(name)
    for session_of in (database.read, database.write):
        with session_of() as session:
            pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        run_sql(postgres_url(), f"SELECT pg_terminate_backend({pid})")
    yield database
    database.close()
    drop_postgres(name)


def test_a_connection_that_rested_is_asked_first(rested: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foundation.database, "_REST_SECONDS", 0)
    for session_of in (rested.read, rested.write):
        with session_of() as session:
            assert session.execute(text("SELECT 1")).scalar_one() == 1


def test_without_asking_it_would_have_been_noticed(rested: Database) -> None:
    with rested.read() as session, pytest.raises(OperationalError):
        session.execute(text("SELECT 1"))


def test_reading_cannot_write(rested: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foundation.database, "_REST_SECONDS", 0)
    with rested.read() as session, pytest.raises(Exception, match="read-only transaction"):
        session.execute(text("CREATE TABLE note (line text)"))
