"""Two workers, leases that end, and changes while a mail is on its way."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from foundation.audit import AuditEntry
from foundation.database import Database, is_postgres
from foundation.outbox import LEASE, Delivery, claim, promise, withdraw
from foundation.settings import Settings
from jobs.deliver import Post, deliver_due
from mail.send import NotSent
from scheduling.appointments import Appointment, book, cancel, move
from tests.builders.post import Tray, a_post, owe_code, states
from tests.builders.scheduling import House
from tests.conftest import Clock

TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
NOON = TEN + timedelta(hours=2)


class Meanwhile(Tray):
    """A sender during whose sending something else happens, once."""

    def __init__(self, happens: Callable[[], object], trouble: Exception | None = None) -> None:
        super().__init__()
        self.happens: Callable[[], object] | None = happens
        self.trouble = trouble

    def send(self, mail: Any) -> None:
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        if self.trouble is not None:
            raise self.trouble
        super().send(mail)


@pytest.fixture
def tray() -> Tray:
    return Tray()


@pytest.fixture
def post(database: Database, settings: Settings, clock: Clock, tray: Tray) -> Post:
    return a_post(database, settings, clock, tray)


@pytest.fixture
def house(database: Database) -> House:
    with database.write() as session:
        return House(session)


@pytest.fixture
def booked(database: Database, house: House, now: datetime) -> Appointment:
    with database.write() as session:
        return book(session, house.order(house.ana, TEN), now=now)


def a_slow_worker(post: Post, clock: Clock, trouble: Exception | None) -> Post:
    """Its machine stood still for longer than a lease; another worker has sent everything meanwhile."""

    def stand_still() -> None:
        clock.set(clock() + LEASE + timedelta(seconds=1))
        deliver_due(post)

    return a_post(post.database, post.settings, clock, Meanwhile(stand_still, trouble))


@pytest.mark.parametrize(
    "trouble", [NotSent("SMTP 451", retry=True), NotSent("SMTP 550", retry=False), ValueError("broken")]
)
def test_a_worker_that_lost_its_lease_does_not_undo_what_the_other_sent(
    post: Post, tray: Tray, clock: Clock, trouble: Exception
) -> None:
    with post.database.write() as session:
        owe_code(session, now=clock())
    deliver_due(a_slow_worker(post, clock, trouble))
    assert len(tray.sent) == 1
    assert states(post.database) == {"signin.link:1": "sent"}
    with post.database.read() as session:
        assert not list(session.scalars(select(AuditEntry).where(AuditEntry.action == "mail.failed")))
    clock.set(clock() + timedelta(hours=1))
    assert deliver_due(post) == 0


def test_a_worker_that_lost_its_lease_gives_back_nothing_of_the_others(post: Post, clock: Clock) -> None:
    for number in (1, 2):
        with post.database.write() as session:
            owe_code(session, number, now=clock())

    def stand_still() -> None:
        clock.set(clock() + LEASE + timedelta(seconds=1))
        with post.database.write() as session:
            taken = claim(session, now=clock())
        assert len(taken) == 2

    deliver_due(a_post(post.database, post.settings, clock, Meanwhile(stand_still)))
    with post.database.write() as session:
        assert claim(session, now=clock()) == []


def test_what_is_withdrawn_while_it_is_claimed_is_either_dropped_or_ours(
    database: Database, now: datetime
) -> None:
    for number in range(8):
        key = f"appointment.reminder:{number}"
        with database.write() as session:
            promise(session, "appointment.reminder", {}, key=key, due_at=now, now=now)
        assert claimed_and_withdrawn(database, key, now) == 1


def claimed_and_withdrawn(database: Database, key: str, now: datetime) -> int:
    """How many of the two got it when both reach for it at once."""
    ready = threading.Barrier(2)

    def take() -> int:
        ready.wait(5)
        with database.write() as session:
            return len(claim(session, now=now))

    def take_back() -> int:
        ready.wait(5)
        with database.write() as session:
            return withdraw(session, key, now=now)

    with ThreadPoolExecutor(2) as pool:
        return sum(one.result() for one in (pool.submit(take), pool.submit(take_back)))


def test_a_claim_does_not_wait_for_a_withdrawal_and_never_gets_what_it_took(
    database: Database, now: datetime
) -> None:
    with database.write() as session:
        promise(session, "appointment.reminder", {}, key="a", due_at=now, now=now)
    with database.write() as session:
        withdraw(session, "a", now=now)
        if is_postgres(session):
            with database.write() as other:
                assert claim(other, now=now) == []
    with database.write() as session:
        assert claim(session, now=now) == []


def test_no_reminder_of_an_old_revision_goes_out_even_when_it_was_claimed(
    post: Post, tray: Tray, house: House, booked: Appointment, clock: Clock
) -> None:
    """The first mail's sending takes so long that the appointment moves; the second is claimed already."""
    clock.set(TEN - timedelta(hours=1))
    withdraw_news(post, booked)

    def move_away() -> None:
        with post.database.write() as session:
            move(session, booked.id, NOON + timedelta(days=1), revision=0, by=house.ana.id, now=clock())

    slow = Meanwhile(move_away)
    deliver_due(a_post(post.database, post.settings, clock, slow))
    assert [str(mail["Subject"]) for mail in slow.sent] == ["A reminder of your appointment"]
    deliver_due(post)
    assert "A reminder of your appointment" not in {str(mail["Subject"]) for mail in tray.sent}


def test_a_reminder_that_failed_before_a_move_is_not_tried_again(
    post: Post, tray: Tray, house: House, booked: Appointment, clock: Clock
) -> None:
    clock.set(TEN - timedelta(hours=1))
    withdraw_news(post, booked)

    def call_off() -> None:
        with post.database.write() as session:
            cancel(session, booked.id, by=house.ana.id, now=clock())

    failing = Meanwhile(call_off, NotSent("SMTP 451", retry=True))
    deliver_due(a_post(post.database, post.settings, clock, failing))
    clock.set(clock() + timedelta(minutes=2))
    while deliver_due(post):
        pass
    assert {str(mail["Subject"]) for mail in tray.sent} == {"Your appointment is cancelled"}


def test_no_reminder_goes_out_at_or_after_the_start(
    post: Post, tray: Tray, booked: Appointment, clock: Clock
) -> None:
    clock.set(TEN)
    while deliver_due(post):
        pass
    assert tray.sent == []


def withdraw_news(post: Post, booked: Appointment) -> None:
    """Leave only the reminder of an hour before in the outbox."""
    with post.database.write() as session:
        for delivery in session.scalars(select(Delivery)):
            if not delivery.key.endswith(":60"):
                withdraw(session, delivery.key, now=booked.created_at)
