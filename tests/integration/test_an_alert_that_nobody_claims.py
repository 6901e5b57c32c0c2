"""A minute without a claim, and whoever is on call has a mail: sent by the worker, once, and only then."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from foundation.database import Database
from foundation.outbox import Delivery
from foundation.settings import Settings
from jobs.deliver import Post, deliver_due
from mail.send import NotSent
from realtime.alerts import claim_alert
from safety.flags import Flag
from safety.oncall import add_shift
from tests.builders.people import a_practitioner
from tests.builders.post import Tray, a_post
from tests.builders.rooms import Evening, an_evening
from tests.conftest import Clock

WORDS = "I do not want to be here anymore"
MINUTE = timedelta(seconds=60)


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def post(database: Database, settings: Settings, clock: Clock, tray: Tray) -> Post:
    return a_post(database, settings, clock, tray)


@pytest.fixture
def evening(database: Database, clock: Clock) -> Evening:
    evening = an_evening(database, now=clock(), members=2)
    with database.write() as session:
        ruth = a_practitioner(session, name="Ruth Abelson", email="ruth@example.org")
        add_shift(session, person_id=ruth.id, starts_at=clock(), ends_at=clock() + timedelta(hours=8))
    return evening


def claim(evening: Evening) -> None:
    with evening.database.write() as session:
        flag = session.scalars(select(Flag)).one()
        claim_alert(session, evening.room_id, evening.desk, flag.id, now=evening.now)


def test_the_mail_goes_after_a_minute_and_not_before(
    evening: Evening, post: Post, tray: Tray, clock: Clock
) -> None:
    evening.ask(evening.members[0], WORDS)
    clock.set(evening.now + MINUTE - timedelta(seconds=1))
    deliver_due(post)
    assert tray.sent == []
    clock.set(evening.now + MINUTE)
    deliver_due(post)
    deliver_due(post)
    (mail,) = tray.sent
    assert mail["To"] == "ruth@example.org"
    assert WORDS not in mail.as_string()
    assert "Second Cup" not in mail.as_string()


def test_a_claim_in_time_sends_nothing(evening: Evening, post: Post, tray: Tray, clock: Clock) -> None:
    evening.ask(evening.members[0], WORDS)
    claim(evening)
    clock.set(evening.now + MINUTE)
    deliver_due(post)
    assert tray.sent == []


def test_a_claim_while_the_mail_server_was_away_sends_nothing_later(
    evening: Evening, post: Post, tray: Tray, clock: Clock
) -> None:
    tray.troubles = [NotSent("the mail server: TimeoutError", retry=True)]
    evening.ask(evening.members[0], WORDS)
    clock.set(evening.now + MINUTE)
    deliver_due(post)
    claim(evening)
    clock.set(evening.now + 3 * MINUTE)
    deliver_due(post)
    assert tray.sent == []
    with evening.database.read() as session:
        mails = select(Delivery.state).where(Delivery.kind == "flag.unclaimed").order_by(Delivery.due_at)
        assert session.scalars(mails).all() == ["dropped", "waiting"]  # the second: should they stay silent


def test_a_mail_server_that_was_away_is_asked_again(
    evening: Evening, post: Post, tray: Tray, clock: Clock
) -> None:
    tray.troubles = [NotSent("the mail server: TimeoutError", retry=True)]
    evening.ask(evening.members[0], WORDS)
    for minutes in (1, 2):
        clock.set(evening.now + minutes * MINUTE)
        deliver_due(post)
    assert [str(mail["To"]) for mail in tray.sent] == ["ruth@example.org"]
