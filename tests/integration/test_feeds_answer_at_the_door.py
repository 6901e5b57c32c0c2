"""That nothing is new is said before Flask is asked; whatever else there is to say, is said inside."""

import logging
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from foundation.database import Database
from scheduling.appointments import cancel
from scheduling.calendars.feeds import FeedKind, feeds_of, revoke
from tests.builders.calendar_clinic import Clinic
from tests.builders.series import DECEMBER
from tests.conftest import Clock


@pytest.fixture
def clinic(database: Database, clock: Clock) -> Clinic:
    clock.set(DECEMBER)
    with database.write() as session:
        return Clinic(session)


@pytest.fixture
def path(clinic: Clinic, database: Database) -> str:
    with database.write() as session:
        return clinic.feed(session, clinic.ben, FeedKind.MEMBER)


def ask(client: FlaskClient, path: str, tag: str) -> TestResponse:
    return client.get(path, headers={"If-None-Match": tag})


def test_the_answer_at_the_door_is_the_one_from_inside(
    client: FlaskClient,
    path: str,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A reading that is noted goes through the house; the next one is answered at the door."""
    tag = client.get(path).headers["ETag"]
    clock.set(clock() + timedelta(minutes=6))
    inside = ask(client, path, tag)
    monkeypatch.setattr("web.feeds.find_feed", None)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        door = ask(client, path, f'"other", W/{tag}')
    assert (door.status_code, door.data) == (inside.status_code, inside.data) == (304, b"")
    assert set(door.headers) <= set(inside.headers)
    assert {"ETag", "Cache-Control", "Vary"} == set(door.headers.keys())
    assert [one.__dict__["rule"] for one in caplog.records] == ["/calendar/<token>.ics"]
    assert path not in "".join(str(record.__dict__) for record in caplog.records)


def test_a_change_is_told_inside(client: FlaskClient, clinic: Clinic, path: str, database: Database) -> None:
    tag = client.get(path).headers["ETag"]
    assert ask(client, path, tag).status_code == 304
    with database.write() as session:
        cancel(session, clinic.single.id, by=clinic.ben.id, now=DECEMBER)
    assert (ask(client, path, tag).status_code, ask(client, path, "*").status_code) == (200, 304)


def test_what_was_switched_off_is_not_called_unchanged(
    client: FlaskClient, clinic: Clinic, path: str, database: Database
) -> None:
    tag = client.get(path).headers["ETag"]
    assert ask(client, path, tag).status_code == 304
    with database.write() as session:
        (feed,) = feeds_of(session, clinic.ben.id)
        revoke(session, feed.id, clinic.ben.id, now=DECEMBER)
    assert ask(client, path, tag).status_code == 404
    assert client.post(path, headers={"If-None-Match": tag}).status_code in {400, 405}


def test_while_the_database_is_away_the_house_answers(
    client: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get(path).headers["ETag"]

    def away(*_given: object) -> None:
        raise OperationalError("", None, Exception("away"))

    monkeypatch.setattr("web.polling.glance_at_feed", away)
    assert ask(client, path, tag).status_code == 304
