"""Liveness, readiness and numbers: what machines ask, and who else gets no answer."""

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from foundation.database import Database
from foundation.heartbeat import beat
from foundation.settings import Settings
from tests.builders.post import owe_code
from tests.conftest import Clock
from web.app import create_app
from web.readiness import Examination, Health

TOKEN = "numbers-are-for-the-machines-only"
HERE = {"Host": "127.0.0.1:8000"}


def ready(client: FlaskClient) -> tuple[int, str]:
    answer = client.get("/readyz")
    return answer.status_code, answer.text.strip()


def test_all_is_well(client: FlaskClient, settings: Settings) -> None:
    assert ready(client) == (200, "ready")
    beat(settings)
    assert ready(client) == (200, "ready")


def test_a_schema_that_is_old_is_said(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert ready(client) == (503, "The database's schema is old. Run: evenside migrate")
    assert client.get("/healthz").status_code == 200


def test_a_release_that_is_being_brought_in_stops_nobody(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999_of_tomorrow'"))
    assert ready(client)[0] == 200


def test_a_worker_that_fell_silent_is_said(client: FlaskClient, settings: Settings) -> None:
    beat(settings)
    then = time.time() - 600
    os.utime(settings.data / "worker.beat", (then, then))
    status, said = ready(client)
    assert (status, said[:30]) == (503, "The worker has been silent for")


def test_a_worker_elsewhere_is_known_by_what_it_leaves_undone(
    client: FlaskClient, database: Database, clock: Clock
) -> None:
    with database.write() as session:
        owe_code(session, now=clock())
    assert ready(client)[0] == 200
    clock.set(clock.now + timedelta(minutes=3))
    assert ready(client) == (
        503,
        "Nobody sends what is due: the oldest has waited 180 seconds. Is a worker running?",
    )


def test_a_database_that_is_away_is_said_without_its_address(settings: Settings, clock: Clock) -> None:
    nowhere = replace(settings, database_url="postgresql://somebody:secret@127.0.0.1:9/nowhere")
    app = create_app(nowhere, clock=clock)
    status, said = ready(app.test_client())
    assert status == 503
    assert said == "The database does not answer (OperationalError)."
    app.extensions["evenside"].database.close()


def test_a_postgresql_that_hangs_is_said_in_time(app: Flask, database: Database) -> None:
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite's readers wait for nobody")
    client = app.test_client()
    with database.write() as session:
        session.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
        begun = time.monotonic()
        assert ready(client) == (503, "The database has not answered for 3 seconds.")
        assert time.monotonic() - begun < 60
    assert _until_ready(client) == (200, "ready")


def _until_ready(client: FlaskClient) -> tuple[int, str]:
    deadline = time.monotonic() + 20
    while (said := ready(client))[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    return said


@pytest.fixture
def stuck() -> Iterator[threading.Event]:
    released = threading.Event()
    yield released
    released.set()


def test_no_more_than_one_asks_at_a_time(stuck: threading.Event) -> None:
    asked = []

    def ask() -> Health:
        asked.append(1)
        stuck.wait()
        return Health()

    examination = Examination(ask)
    assert [examination.health(0.01).problem is None for _ in range(5)] == [False] * 5
    assert len(asked) == 1
    stuck.set()
    assert examination.health(20).problem is None


def test_the_numbers_are_told_to_this_machine(client: FlaskClient, database: Database, clock: Clock) -> None:
    with database.write() as session:
        owe_code(session, now=clock())
    clock.set(clock.now + timedelta(seconds=90))
    answer = client.get("/metrics", headers=HERE)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for line in ("evenside_outbox_oldest_seconds 90.0", "evenside_ready 1.0", "evenside_sockets_open "):
        assert line in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": "203.0.113.7, 127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"X-Forwarded-Proto": "https"},
    ],
)
def test_what_a_proxy_passes_on_gets_no_numbers(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/metrics", headers=HERE | headers).status_code == 404


def test_another_machine_gets_no_numbers(client: FlaskClient) -> None:
    for peer in ("203.0.113.7", "10.0.0.2", "", "unix:"):
        for headers in (HERE, HERE | {"X-Forwarded-For": "127.0.0.1"}):
            answer = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
            assert answer.status_code == 404


def test_the_public_name_gets_no_numbers_even_here(settings: Settings, database: Database) -> None:
    """A proxy on this machine that adds no header still passes on the name that people use."""
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(replace(settings, base_url="https://meet.example.org", database_url=url))
    answer = app.test_client().get("/metrics", headers={"Host": "meet.example.org"})
    assert answer.status_code == 404
    app.extensions["evenside"].database.close()


def test_a_token_lets_a_machine_in_from_anywhere_and_nothing_else_does(
    settings: Settings, database: Database
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(replace(settings, metrics_token=TOKEN, database_url=url))
    client = app.test_client()
    far = {"REMOTE_ADDR": "203.0.113.7"}
    shown = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=shown, environ_overrides=far).status_code == 200
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": TOKEN}, {"Authorization": "Bearer ü"}):
        assert client.get("/metrics", headers=HERE | wrong).status_code == 404
    app.extensions["evenside"].database.close()
