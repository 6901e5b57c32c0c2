"""Keeping somebody away from a meeting: a bar at every later door, seen and lifted by those who lead."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from auth.actor import Actor, actor_for
from auth.permissions import NotYours
from foundation.database import Database
from realtime.bars import UnknownBar, bars_of, lift
from realtime.door import Outside
from realtime.errors import (
    Barred,
    StillBarred,
    WhyMissing,
)
from realtime.joining import choose_name, join
from realtime.models import Bar
from tests.builders.desk_acts import act, alerts, another_moderator, outside
from tests.builders.people import a_coordinator, a_member
from tests.builders.rooms import Evening, a_room, an_evening


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    return an_evening(database, now=now, members=4)


def test_a_bar_holds_at_the_door_of_every_later_evening_until_it_is_lifted(evening: Evening) -> None:
    ana = evening.members[0]
    act(evening, "bar", text="Wrote to others outside the room.")
    evening.now = evening.now + timedelta(days=7)
    with evening.database.write() as session:
        next_week = a_room(session, evening.meeting, now=evening.now)
        assert next_week.id != evening.room_id
        with pytest.raises(Barred):
            join(session, next_week.id, ana, now=evening.now)
        with pytest.raises(Barred):
            choose_name(session, next_week.id, ana, "Loud Words", now=evening.now)
        (shown,) = bars_of(session, evening.meeting.id, evening.desk)
        assert (shown.known_as, shown.reason, shown.by) == (
            "Second Cup",
            "Wrote to others outside the room.",
            "Jonah",
        )
        assert ana.person_id not in shown.handle
        lift(session, evening.meeting.id, evening.desk, shown.handle, now=evening.now)
        assert join(session, next_week.id, ana, now=evening.now).removed_at is None


def test_a_bar_is_lifted_before_somebody_is_let_in_again(evening: Evening) -> None:
    act(evening, "bar", text="Shouted.")
    with pytest.raises(StillBarred):
        act(evening, "readmit")
    assert outside(evening, evening.members[0]) == Outside("barred")
    with evening.database.write() as session:
        (shown,) = bars_of(session, evening.meeting.id, evening.desk)
        lift(session, evening.meeting.id, evening.desk, shown.handle, now=evening.now)
    act(evening, "readmit")
    assert outside(evening, evening.members[0]) is None


def test_a_bar_says_why_and_is_for_one_meeting(evening: Evening) -> None:
    with pytest.raises(WhyMissing):
        act(evening, "bar", text="  ")
    assert outside(evening, evening.members[0]) is None


def test_bars_are_seen_and_lifted_by_those_who_lead_and_by_coordinators_alone(evening: Evening) -> None:
    act(evening, "bar", text="Shouted.")
    with evening.database.write() as session:
        ruth = actor_for(a_coordinator(session, name="Ruth Vale"))
        (shown,) = bars_of(session, evening.meeting.id, ruth)
        with pytest.raises(NotYours):
            bars_of(session, evening.meeting.id, evening.members[1])
        with pytest.raises(NotYours):
            lift(session, evening.meeting.id, evening.members[1], shown.handle, now=evening.now)
        lift(session, evening.meeting.id, ruth, shown.handle, now=evening.now)
        with pytest.raises(UnknownBar):
            lift(session, evening.meeting.id, ruth, shown.handle, now=evening.now)


def test_two_moderators_bar_two_people_at_once_and_both_hold(evening: Evening) -> None:
    """Case 3 of the live room."""
    celeste, ready = another_moderator(evening), Barrier(2)

    def bar(by: Actor, who: str) -> object:
        ready.wait(10)
        return act(evening, "bar", who, by=by, text="Shouted.")

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(bar, evening.desk, "Second Cup"), pool.submit(bar, celeste, "North Porch")]
        assert [one.result() for one in both] == [{}, {}]
    assert [outside(evening, one) for one in evening.members[:2]] == [Outside("barred")] * 2
    with evening.database.read() as session:
        assert {one.known_as for one in session.scalars(select(Bar))} == {"Second Cup", "North Porch"}


def test_two_moderators_bar_the_same_person_at_once_and_it_is_one_bar(evening: Evening) -> None:
    celeste, ready = another_moderator(evening), Barrier(2)

    def bar(by: Actor) -> object:
        ready.wait(10)
        return act(evening, "bar", by=by, text="Shouted.")

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(bar, [evening.desk, celeste])) == [{}, {}]
    with evening.database.read() as session:
        assert len(session.scalars(select(Bar)).all()) == 1


def test_somebody_barred_who_was_never_let_in_tonight_is_heard_too(evening: Evening) -> None:
    with evening.database.write() as session:
        zoe = a_member(session, name="Zoe Lind")
        meeting, desk = evening.meeting.id, evening.desk.person_id
        why = {"known_as": "Old Name", "reason": "Shouted.", "barred_by": desk, "barred_at": evening.now}
        session.add(Bar(meeting_id=meeting, person_id=zoe.id, **why))
    assert evening.ask(actor_for(zoe), "I want to kill myself")["state"] == "escalated"
    assert len(alerts(evening)) == 1
    assert outside(evening, actor_for(zoe)) == Outside("barred")
