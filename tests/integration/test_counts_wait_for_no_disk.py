"""Counts of tries are kept without waiting for the disk; what people write waits for it, as always."""

from datetime import timedelta

from sqlalchemy import text

from auth.throttle import Limit, is_within
from foundation.database import Database, is_postgres
from tests.clinic import NOW

ONCE = Limit("once", 1, timedelta(hours=1))


def durability(database: Database, *, light: bool) -> str:
    """What the engine says about a transaction of either kind."""
    with database.note() if light else database.write() as session:
        asked = "SHOW synchronous_commit" if is_postgres(session) else "PRAGMA synchronous"
        return str(session.scalar(text(asked)))


def test_a_count_is_there_for_the_next_one_to_ask(database: Database) -> None:
    for allowed in (True, False):
        with database.note() as session:
            assert is_within(session, ONCE, "somebody", now=NOW) is allowed


def test_only_counts_are_light_whatever_came_before_on_the_same_connection(database: Database) -> None:
    full = durability(database, light=False)
    for _ in range(3):
        assert durability(database, light=True) in {"1", "off"}
        assert durability(database, light=False) == full
        with database.read() as session:
            session.execute(text("SELECT 1"))
    assert full == "2" or database.engine.dialect.name == "postgresql"  # the tests turn it off there


def test_a_count_in_a_transaction_that_fails_counts_nothing(database: Database) -> None:
    try:
        with database.note() as session:
            is_within(session, ONCE, "somebody", now=NOW)
            raise LookupError
    except LookupError:
        pass
    with database.note() as session:
        assert is_within(session, ONCE, "somebody", now=NOW)
