"""A promised delivery is neither lost nor sent twice, on both engines."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from foundation.database import Database
from foundation.outbox import (
    LEASE,
    MOST_ATTEMPTS,
    Claimed,
    Delivery,
    Promise,
    claim,
    mark_failed,
    mark_sent,
    promise,
    promise_all,
    withdraw,
)


def owe(database: Database, key: str, now: datetime, due_in: timedelta = timedelta(0)) -> None:
    with database.write() as session:
        promise(session, "signin.link", {"code": "123456"}, key=key, due_at=now + due_in, now=now)


def take(database: Database, now: datetime) -> list[Claimed]:
    with database.write() as session:
        return claim(session, now=now)


def test_a_promise_dies_with_its_transaction(database: Database, now: datetime) -> None:
    with pytest.raises(RuntimeError), database.write() as session:
        promise(session, "signin.link", {}, key="a", due_at=now, now=now)
        raise RuntimeError("the booking failed")
    assert take(database, now) == []


def test_R39_the_same_promise_twice_is_one_delivery(database: Database, now: datetime) -> None:
    owe(database, "a", now)
    owe(database, "a", now)
    assert [claimed.refs for claimed in take(database, now)] == [{"code": "123456"}]


def test_nothing_is_claimed_before_it_is_due(database: Database, now: datetime) -> None:
    owe(database, "a", now, due_in=timedelta(hours=1))
    assert take(database, now) == []
    assert len(take(database, now + timedelta(hours=1))) == 1


def test_a_claim_is_ours_alone_until_its_lease_ends(database: Database, now: datetime) -> None:
    owe(database, "a", now)
    assert len(take(database, now)) == 1
    assert take(database, now) == []
    assert len(take(database, now + LEASE + timedelta(seconds=1))) == 1


def test_two_workers_never_hold_the_same_delivery(database: Database, now: datetime) -> None:
    for number in range(6):
        owe(database, f"a{number}", now)
    with database.write() as session:
        first = {claimed.key for claimed in claim(session, now=now, limit=3)}
    second = {claimed.key for claimed in take(database, now)}
    assert len(first) == len(second) == 3
    assert not first & second


def test_what_was_sent_is_forgotten(database: Database, now: datetime) -> None:
    owe(database, "a", now)
    [claimed] = take(database, now)
    with database.write() as session:
        mark_sent(session, claimed, now=now)
    with database.read() as session:
        delivery = session.scalars(select(Delivery)).one()
        assert (delivery.state, delivery.refs) == ("sent", {})


def test_a_failure_waits_longer_each_time_and_ends(database: Database, now: datetime) -> None:
    owe(database, "a", now)
    pauses = []
    for _ in range(MOST_ATTEMPTS):
        [claimed] = take(database, now)
        with database.write() as session:
            mark_failed(session, claimed, now=now, error="451 try later", retry=True)
        with database.read() as session:
            delivery = session.scalars(select(Delivery)).one()
        pauses.append(delivery.due_at - now)
        now = max(now, delivery.due_at)
    assert delivery.state == "failed"
    assert pauses[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]


def test_what_is_no_longer_true_can_be_withdrawn(database: Database, now: datetime) -> None:
    owe(database, "appointment.reminder:abc:0", now)
    owe(database, "appointment.reminder:abd:0", now)
    with database.write() as session:
        assert withdraw(session, "appointment.reminder:abc", now=now) == 1
    assert [claimed.key for claimed in take(database, now)] == ["appointment.reminder:abd:0"]


def test_what_a_mail_carries_is_sealed_at_rest(database: Database, now: datetime) -> None:
    owe(database, "a", now)
    with database.read() as session:
        raw = bytes(session.execute(text("SELECT sealed_refs FROM outbox_delivery")).scalar_one())
    assert b"123456" not in raw


def test_several_are_owed_at_once_and_what_is_owed_already_stays(database: Database, now: datetime) -> None:
    owe(database, "b", now)
    several = [Promise("signin.link", {"code": "654321"}, key, now) for key in ("c", "b", "a")]
    with database.write() as session:
        promise_all(session, several, now=now)
        promise_all(session, [], now=now)
    found = {claimed.key: claimed.refs["code"] for claimed in take(database, now)}
    assert found == {"a": "654321", "b": "123456", "c": "654321"}


@pytest.mark.parametrize("prefix", ["kind:abc:", "kind:ab", "Kind:", "k"])
def test_what_is_withdrawn_is_what_begins_so_to_the_letter(
    database: Database, now: datetime, prefix: str
) -> None:
    """In bytes, whichever language the database sorts by."""
    keys = ["kind:abc:0:x", "kind:abc:1", "kind:abd:0", "kind:ab", "Kind:abc:0", "kind-abc:0", "kindabc:0"]
    for key in keys:
        owe(database, key, now)
    with database.write() as session:
        assert withdraw(session, prefix, now=now) == sum(key.startswith(prefix) for key in keys)
    assert all(not claimed.key.startswith(prefix) for claimed in take(database, now))
