"""A PostgreSQL that says nothing is given up within seconds; one that takes its time is waited for."""

import time

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from foundation import silence
from foundation.database import Database
from tests.servers import postgres_url

SLOW_SECONDS = 0.5
SOON_SECONDS = 0.1


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "ASK_AFTER_SECONDS", SOON_SECONDS)
    monkeypatch.setattr(silence, "_nobody_answered_at", {})


def test_a_slow_statement_is_waited_for() -> None:
    assert slept(Database(postgres_url())) == 1


def test_without_an_answer_to_the_question_the_statement_is_given_up_and_nobody_tries_for_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = Database(postgres_url())
    with database.read() as session:
        session.execute(text("SELECT 1"))

    def nobody(**_address: object) -> None:
        raise psycopg.OperationalError("no answer")

    monkeypatch.setattr(psycopg, "connect", nobody)
    begun = time.monotonic()
    for why in ("the server is silent", "silent a moment ago"):
        with pytest.raises(OperationalError, match=why):
            slept(database)
    assert time.monotonic() - begun < silence._BELIEVED_SECONDS


def test_a_server_that_only_has_connections_enough_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a rush everybody who waits asks, and the askers themselves may be the ones too many."""
    database = Database(postgres_url())
    with database.read() as session:
        session.execute(text("SELECT 1"))

    def enough(**_address: object) -> None:
        raise psycopg.OperationalError("connection failed: FATAL:  sorry, too many clients already")

    monkeypatch.setattr(psycopg, "connect", enough)
    assert slept(database) == 1


def slept(database: Database) -> int:
    try:
        with database.read() as session:
            found = session.scalar(text(f"SELECT 1 FROM pg_sleep({SLOW_SECONDS})"))
            assert isinstance(found, int)
            return found
    finally:
        database.close()
