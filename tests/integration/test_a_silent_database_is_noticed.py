"""A PostgreSQL that says nothing is given up within seconds; one that takes its time is waited for."""

import socket
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from foundation import silence
from foundation.database import Database
from tests.servers import postgres_url

LOCK = 7_310_000
FOR_EVER = text("SELECT pg_sleep(60)")
AN_HOUR = 3600.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asks at once, and believes for as long as the story takes."""
    monkeypatch.setattr(silence, "ASK_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(silence, "_BELIEVED_SECONDS", AN_HOUR)
    monkeypatch.setattr(silence, "_nobody_answered_at", {})


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database(postgres_url())
    yield made
    made.close()


def test_a_slow_statement_is_waited_for_once_somebody_has_answered(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for a lock that is given back when the server was asked and had answered."""
    asked, answers = list[bool](), silence._answers
    with psycopg.connect(plain(postgres_url()), autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [LOCK])

        def ask(*where: object) -> bool:
            asked.append(answers(*where))  # type: ignore[arg-type]
            holder.execute("SELECT pg_advisory_unlock_all()")
            return asked[-1]

        monkeypatch.setattr(silence, "_answers", ask)
        with database.write() as session:
            session.execute(text("SET LOCAL lock_timeout = '60s'"))
            session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    assert asked
    assert all(asked)


def test_without_an_answer_the_statement_is_given_up_and_nobody_tries_for_a_moment(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "_answers", lambda *_where: False)
    for why in ("the server is silent", "silent a moment ago"):
        with pytest.raises(OperationalError, match=why), database.read() as session:
            session.execute(FOR_EVER)


def test_somebody_who_takes_the_call_and_says_nothing_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "_ANSWER_WITHIN_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert not silence._answers("127.0.0.1", "", port)
    assert not silence._answers("127.0.0.1", "", port)


def test_a_server_with_connections_enough_answers_all_the_same(database: Database) -> None:
    """In a rush everybody who waits asks, and the askers themselves may be the ones too many."""
    with database.write() as session:
        session.execute(text("CREATE ROLE one_too_many LOGIN CONNECTION LIMIT 0"))
    url = make_url(postgres_url()).set(username="one_too_many")
    try:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(plain(url.render_as_string(hide_password=False)))
        with psycopg.connect(plain(postgres_url())) as ours:
            assert silence._answers(ours.info.hostaddr, ours.info.host, ours.info.port)
    finally:
        with database.write() as session:
            session.execute(text("DROP ROLE one_too_many"))


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg:", "postgresql:")
