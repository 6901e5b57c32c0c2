"""What every story stands on: a clock, settings, and the same database on both engines."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from xdist.remote import Producer

from auth.people import Person
from auth.sessions import open_session
from foundation.columns import install_key
from foundation.database import Database
from foundation.keyring import KEYRING
from foundation.settings import Settings
from tests.kept_database import KeptDatabase
from tests.libical import libical  # noqa: F401 - a fixture
from tests.node import node  # noqa: F401 - a fixture
from tests.quick_app import start_quickly
from tests.quick_folder import keep_files_there
from tests.quick_sql import compile_once
from tests.schema import new_sqlite
from tests.server_zone import live_far_away
from tests.shared_out import Sharing, put_long_ones_first

KEY = bytes(range(32))
KEPT = KeptDatabase()
_TESTS = Path(__file__).parent
_OTHERS_RUN = tuple(_TESTS / name for name in ("browser", "clients", "faults"))
"""What waits for a browser, or kills processes, is told once more when it fails: decision 0020."""
install_key(KEY)
live_far_away()
keep_files_there()
start_quickly()
compile_once()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    put_long_ones_first(items)
    for item in items:
        if _waits_for_others(item):
            item.add_marker(pytest.mark.flaky(reruns=1))


def _waits_for_others(item: pytest.Item) -> bool:
    """Whether processes of their own have a part in the story, which a busy machine may hold up."""
    there = "house" in getattr(item, "fixturenames", ())
    return there or any(item.path.is_relative_to(folder) for folder in _OTHERS_RUN)


def pytest_collection_finish() -> None:
    """What is there now stays to the end: no later look for garbage goes through it."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing | None:
    """`make check` sends each story to both processes; that stays with xdist."""
    return Sharing(config, log) if config.getvalue("dist") == "loadgroup" else None


class Clock:
    """The time that the house sees; a story moves it by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime) -> None:
        self.now = now


class Browser(FlaskClient):
    """A Flask client that can sign a person in without the mail: wholly, with the second factor of staff."""

    def sign_in(self, person: Person, *, stepped_up: bool = True) -> None:
        clock: Clock = self.application.config["CLOCK"]
        with self.application.extensions["evenside"].database.write() as session:
            token = open_session(session, person, now=clock(), stepped_up=stepped_up)
        with self.session_transaction() as cookie:
            cookie["sid"] = token


@pytest.fixture
def now() -> datetime:
    """A Friday noon in Los Angeles, hours before the evening's meeting."""
    return datetime(2026, 11, 27, 20, 0, tzinfo=UTC)


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


def settings_in(folder: Path) -> Settings:
    """A small house on SQLite that has chosen nothing."""
    return Settings(
        data=folder,
        database_url=f"sqlite:///{folder / 'evenside.db'}",
        base_url="http://127.0.0.1:8000",
        secret_key=KEY,
        encryption_key=KEY,
        mail_from="Evenside <no-reply@localhost>",
        org_name="Evenside",
        timezone="America/Los_Angeles",
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


@pytest.fixture(autouse=True)
def _own_keys() -> Iterator[None]:
    """No story finds another's key of the house, nor looks for people's keys in a database that is gone."""
    install_key(KEY)
    others = KEYRING.sources
    yield
    for left in set(KEYRING.sources).difference(others):
        KEYRING.remove_source(left)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database; each story that asks for it is told twice, once on each engine."""
    if request.param == "postgresql":
        with KEPT.lend() as kept:
            yield kept
        return
    made = new_sqlite(tmp_path)
    yield made
    made.close()


@pytest.fixture
def app(database: Database, settings: Settings, clock: Clock) -> Iterator[Flask]:
    from web.app import create_app

    url = database.engine.url.render_as_string(hide_password=False)
    made = create_app(replace(settings, database_url=url), clock=clock)
    made.config["CLOCK"] = clock
    made.test_client_class = Browser
    yield made
    made.extensions["evenside"].database.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
