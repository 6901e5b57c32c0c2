"""What one story leaves in PostgreSQL is not there for the next: rows, missing guards, open connections."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from auth.people import Person
from tests.builders.people import a_member
from tests.kept_database import KeptDatabase

GUARDS = "SELECT count(*) FROM pg_constraint WHERE conname = 'ck_group_occurrence_taken'"


def told(kept: KeptDatabase, story: Callable[[Session], object]) -> object:
    with kept.lend() as database, database.write() as session:
        return story(session)


@pytest.fixture(scope="module")
def kept() -> KeptDatabase:
    return KeptDatabase()


def test_rows_are_gone(kept: KeptDatabase) -> None:
    told(kept, lambda session: a_member(session).id)
    before = kept.name
    assert told(kept, lambda session: session.query(Person).count()) == 0
    assert kept.name != before, "under another name"


def test_a_guard_that_was_taken_away_is_back(kept: KeptDatabase) -> None:
    off = "ALTER TABLE group_occurrence DROP CONSTRAINT ck_group_occurrence_taken"
    told(kept, lambda session: session.execute(text(off)))
    assert told(kept, lambda session: session.scalar(text(GUARDS))) == 1


def test_what_never_let_go_is_sent_away(kept: KeptDatabase) -> None:
    with kept.lend() as database:
        url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        left_open = psycopg.connect(url)
        left_open.execute("INSERT INTO throttle_count VALUES ('scope', 'key', now(), 1)")
    told(kept, lambda session: session.execute(text("DELETE FROM throttle_count")))
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    left_open.close()


def test_a_database_serves_so_many_stories_and_then_it_is_another(
    kept: KeptDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.kept_database._MOST_STORIES", 1)
    told(kept, lambda session: session.scalar(text("SELECT 1")))
    assert kept.name == ""
    with pytest.raises(OperationalError):
        told(kept, lambda session: session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())")))
    assert told(kept, lambda session: session.query(Person).count()) == 0
