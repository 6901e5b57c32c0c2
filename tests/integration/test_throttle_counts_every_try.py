"""Counters hold when many try at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from auth.throttle import Limit, TooMany, count, forget_old_counts, insist, is_spent, is_within
from foundation.database import Database

FIVE = Limit("story", 5, timedelta(minutes=15))


def test_of_thirty_at_once_five_pass(database: Database, now: datetime) -> None:
    def attempt(_number: int) -> bool:
        with database.write() as session:
            return is_within(session, FIVE, "somebody", now=now)

    with ThreadPoolExecutor(15) as crowd:
        assert Counter(crowd.map(attempt, range(30))) == {True: 5, False: 25}


def test_keys_scopes_and_windows_are_counted_apart(database: Database, now: datetime) -> None:
    with database.write() as session:
        assert [count(session, FIVE, "ana", now=now) for _ in range(3)] == [1, 2, 3]
        assert count(session, FIVE, "dana", now=now) == 1
        assert count(session, Limit("other", 5, FIVE.window), "ana", now=now) == 1
        assert count(session, FIVE, "ana", now=now + FIVE.window) == 1


def test_looking_counts_nothing(database: Database, now: datetime) -> None:
    with database.write() as session:
        for spent in range(FIVE.most):
            assert not is_spent(session, FIVE, "ana", now=now), spent
            count(session, FIVE, "ana", now=now)
        assert is_spent(session, FIVE, "ana", now=now)
        assert is_spent(session, FIVE, "ana", now=now)


def test_a_refusal_says_when_to_come_back(database: Database, now: datetime) -> None:
    with database.write() as session:
        for _ in range(FIVE.most):
            insist(session, FIVE, "ana", now=now + timedelta(minutes=13))
        with pytest.raises(TooMany, match=r"Try again in 2 minutes\.") as refused:
            insist(session, FIVE, "ana", now=now + timedelta(minutes=13))
    assert refused.value.details["retry_after"] == 120


def test_old_windows_are_forgotten(database: Database, now: datetime) -> None:
    with database.write() as session:
        count(session, FIVE, "ana", now=now)
        assert forget_old_counts(session, now=now + timedelta(days=1)) == 0
        assert forget_old_counts(session, now=now + timedelta(days=3)) == 1
