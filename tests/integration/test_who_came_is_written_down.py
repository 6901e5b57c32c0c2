"""Who came to a meeting: by the minutes they were in the room, and by the word of staff, which goes first."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from auth.people import UnknownPerson
from foundation.audit import AuditEntry
from foundation.database import Database
from realtime.gateway import NAMESPACE
from realtime.lifecycle import CLOSES_AFTER, sweep
from realtime.models import Presence, Room
from realtime.persons import act_on_person
from realtime.presence import be_seen, keep_seen, see_all
from realtime.pulse import TICK_SECONDS
from scheduling.attendance import TooEarly
from scheduling.attendance_journal import attended, held_on, mark, note_room, occurrence_id
from scheduling.journal_records import MeetingAttendance
from scheduling.meetings import NoSuchDate, UnknownMeeting
from tests.builders.lines import Line
from tests.builders.people import a_practitioner
from tests.builders.rooms import Evening, an_evening, later
from tests.conftest import Clock

LONG_AGO = timedelta(days=400)
TICKS_OF_TEN_SECONDS = round(10 / TICK_SECONDS)


@pytest.fixture
def evening(database: Database, now: datetime) -> Evening:
    """Opened when it was due, with three members inside."""
    starts_at = now + timedelta(hours=7)
    return an_evening(database, now=starts_at, members=3)


def stay(evening: Evening, *who: int, minutes: int) -> None:
    """Those members' sockets are open for so long; everybody else's are not."""
    ids = [evening.members[one].person_id for one in who]
    for _ in range(minutes):
        now = later(evening, minutes=1)
        with evening.database.write() as session:
            keep_seen(session, evening.room_id, ids, now=now)


def come_back(evening: Evening, who: int) -> None:
    with evening.database.write() as session:
        person_id = evening.members[who].person_id
        be_seen(session, evening.room_id, person_id, moderates=False, now=evening.now)


def rows(evening: Evening) -> dict[str, MeetingAttendance]:
    with evening.database.read() as session:
        return {one.person_id: one for one in session.scalars(select(MeetingAttendance))}


def row_of(evening: Evening, who: int) -> MeetingAttendance:
    return rows(evening)[evening.members[who].person_id]


def that_evening(evening: Evening) -> str:
    room = evening.room()
    return occurrence_id(room.meeting_id, room.date)


def times(evening: Evening, people: Iterable[int]) -> list[int]:
    ids = [evening.members[one].person_id for one in people]
    with evening.database.read() as session:
        found = attended(session, ids, since=evening.now - LONG_AGO)
    return [len(found.get(one, ())) for one in ids]


def test_minutes_are_counted_and_a_look_through_the_door_is_not_coming(evening: Evening) -> None:
    stay(evening, 0, 1, minutes=4)
    stay(evening, 0, minutes=50)
    evening.steer(close=True)
    assert (row_of(evening, 0).minutes, row_of(evening, 0).came) == (54, True)
    assert (row_of(evening, 1).minutes, row_of(evening, 1).came) == (4, False)
    assert times(evening, [0, 1, 2]) == [1, 0, 0]


def test_an_open_socket_is_being_there_and_a_closed_one_is_not(
    app: Flask, evening: Evening, clock: Clock
) -> None:
    """Looked at every five minutes, so that the story is short; the house looks every ten seconds."""
    clock.set(evening.now)
    ana, ben = (Line(app, one.person_id, evening.meeting.slug) for one in evening.members[:2])
    for number in range(4):
        if number == 2:
            ben.socket.disconnect(NAMESPACE)
        clock.set(later(evening, minutes=5))
        for _ in range(TICKS_OF_TEN_SECONDS):
            ana.live.beat()
    evening.steer(close=True)
    assert [row_of(evening, one).minutes for one in (0, 1)] == [20, 10]


def test_whoever_leads_has_no_row(evening: Evening) -> None:
    stay(evening, 0, minutes=20)
    evening.steer(close=True)
    assert evening.desk.person_id not in rows(evening)


def test_time_away_is_not_counted_and_time_before_it_is_kept(evening: Evening) -> None:
    stay(evening, 0, 1, minutes=15)
    stay(evening, 1, minutes=30)
    come_back(evening, 0)
    stay(evening, 0, 1, minutes=10)
    evening.steer(close=True)
    assert row_of(evening, 0).minutes == 25
    assert row_of(evening, 1).minutes == 55


def test_whoever_comes_back_in_a_crowd_begins_anew_too(evening: Evening) -> None:
    stay(evening, 0, minutes=15)
    back = dict.fromkeys((one.person_id for one in evening.members), False)
    now = later(evening, minutes=30)
    with evening.database.write() as session:
        see_all(session, evening.room_id, back, now=now)
    evening.steer(close=True)
    assert [row_of(evening, one).minutes for one in (0, 1)] == [15, 0]


def test_a_page_looked_at_now_and_then_counts_as_staying(evening: Evening) -> None:
    for _ in range(5):
        later(evening, minutes=5)
        come_back(evening, 2)
    evening.steer(close=True)
    assert row_of(evening, 2).minutes == 25


def test_waiting_in_the_lobby_is_not_being_there(database: Database, now: datetime) -> None:
    evening = an_evening(database, now=now + timedelta(hours=7), members=2, opened=False)
    stay(evening, 0, 1, minutes=14)
    stay(evening, 0, minutes=10)
    come_back(evening, 1)
    evening.steer(open=True)
    stay(evening, 0, minutes=12)
    evening.steer(close=True)
    assert row_of(evening, 0).minutes == 12
    assert row_of(evening, 1).minutes == 0


def test_somebody_sent_out_keeps_the_minutes_until_then(evening: Evening) -> None:
    stay(evening, 0, 1, minutes=12)
    with evening.database.write() as session:
        act_on_person(session, evening.room_id, evening.desk, "Second Cup", "time_out", now=evening.now)
    stay(evening, 1, minutes=5)
    come_back(evening, 0)
    stay(evening, 0, 1, minutes=3)
    evening.steer(close=True)
    assert row_of(evening, 0).minutes == 15


def test_a_room_that_nobody_closes_is_written_down_too(evening: Evening) -> None:
    stay(evening, 0, minutes=30)
    with evening.database.write() as session:
        ends_at = session.get_one(Room, evening.room_id).ends_at
        sweep(session, ends_at + CLOSES_AFTER)
    assert row_of(evening, 0).minutes == 30


def test_a_room_that_never_opened_had_nobody(database: Database, now: datetime) -> None:
    evening = an_evening(database, now=now + timedelta(hours=7), members=1, opened=False)
    stay(evening, 0, minutes=30)
    with evening.database.write() as session:
        ends_at = session.get_one(Room, evening.room_id).ends_at
        sweep(session, ends_at + CLOSES_AFTER)
    assert rows(evening) == {}


def test_what_staff_say_stands_above_the_rooms_count(evening: Evening) -> None:
    ana, ben = (one.person_id for one in evening.members[:2])
    with evening.database.write() as session:
        dana = a_practitioner(session)
        mark(session, ana, that_evening(evening), came=False, by=dana.id, now=evening.now)
        mark(session, ben, that_evening(evening), came=True, by=dana.id, now=evening.now)
    stay(evening, 0, minutes=30)
    evening.steer(close=True)
    assert (row_of(evening, 0).came, row_of(evening, 0).minutes) == (False, 30)
    assert (row_of(evening, 1).came, row_of(evening, 1).source) == (True, "staff")
    assert times(evening, [0, 1]) == [0, 1]
    with evening.database.read() as session:
        noted = list(session.scalars(select(AuditEntry).where(AuditEntry.action == "attendance.mark")))
    assert {one.object_id for one in noted} == {ana, ben}


def test_a_mark_can_be_put_right(evening: Evening) -> None:
    ana = evening.members[0].person_id
    with evening.database.write() as session:
        dana = a_practitioner(session)
        for came in (True, False):
            mark(session, ana, that_evening(evening), came=came, by=dana.id, now=evening.now)
    assert not row_of(evening, 0).came


def test_nobody_is_marked_before_it_begins_on_no_date_or_without_being_a_member(evening: Evening) -> None:
    ana, meeting = evening.members[0].person_id, evening.meeting.id
    with evening.database.write() as session:
        dana = a_practitioner(session)
        say: dict[str, Any] = {"came": True, "by": dana.id, "now": evening.now}
        with pytest.raises(TooEarly):
            mark(session, ana, f"{meeting}:2026-12-04", **say)
        for wrong in (f"{meeting}:2026-12-05", f"{meeting}:soon", meeting):
            with pytest.raises(NoSuchDate):
                mark(session, ana, wrong, **say)
        with pytest.raises(UnknownMeeting):
            mark(session, ana, "nothing:2026-12-04", **say)
        with pytest.raises(UnknownPerson):
            mark(session, dana.id, that_evening(evening), **say)


def test_said_twice_it_is_once(evening: Evening) -> None:
    ana = evening.members[0].person_id
    with evening.database.write() as session:
        for minutes in (8, 20):
            note_room(session, held_on(session, that_evening(evening)), {ana: minutes}, now=evening.now)
    assert (row_of(evening, 0).minutes, row_of(evening, 0).came) == (20, True)
    with evening.database.read() as session:
        assert session.scalar(select(Presence.seconds).limit(1)) == 0
