"""Weekly meetings: the next dates, one moved, one left out, and who leads."""

from datetime import UTC, date, datetime, timedelta

import pytest

from foundation.database import Database
from scheduling.meetings import (
    NoSuchDate,
    NothingPlanned,
    UnknownMeeting,
    add_meeting,
    change_occurrence,
    current_occurrence,
    find_meeting,
    hosts,
    list_meetings,
    moderators,
    upcoming,
)
from scheduling.recurrence import NonExistentTime
from tests.builders.people import LONG_AGO, a_moderator, a_practitioner
from tests.builders.scheduling import a_meeting

TONIGHT = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def test_the_coming_dates_of_all_meetings_are_told_by_time(database: Database, now: datetime) -> None:
    with database.write() as session:
        friday = a_meeting(session, title="Friday evening")
        noon = a_meeting(session, title="Lunch break", weekday=0, minute_of_day=12 * 60, minutes=30)
    with database.read() as session:
        found = upcoming(session, start=now, end=now + WEEK)
        assert [(one.slug, one.title) for one in found] == [
            (friday.slug, "Friday evening"),
            (noon.slug, "Lunch break"),
        ]
        assert (found[0].starts_at, found[0].timezone) == (TONIGHT, "America/Los_Angeles")
        assert [meeting.slug for meeting in list_meetings(session)] == [friday.slug, noon.slug]


def test_a_moved_and_a_cancelled_date_leave_the_others_alone(database: Database, now: datetime) -> None:
    """Case 9: Mondays at 17:00; 15 February moved to the 16th, 22 February cancelled, 1 March as ever."""
    with database.write() as session:
        mondays = a_meeting(
            session,
            timezone="America/New_York",
            weekday=0,
            minute_of_day=17 * 60,
            first_date=date(2027, 1, 4),
        )
        change_occurrence(session, mondays, date(2027, 2, 15), new_date=date(2027, 2, 16), now=now)
        change_occurrence(session, mondays, date(2027, 2, 22), cancelled=True, note="Holiday", now=now)
    with database.read() as session:
        again = find_meeting(session, mondays.slug)
        assert (again.sequence, again.changed_at) == (2, now)
        start = datetime(2027, 2, 15, tzinfo=UTC)
        found = upcoming(session, start=start, end=start + 3 * WEEK)
    told = [(one.date.isoformat(), one.moved, one.cancelled, one.note) for one in found]
    assert told == [
        ("2027-02-15", True, False, ""),
        ("2027-02-22", False, True, "Holiday"),
        ("2027-03-01", False, False, ""),
    ]
    assert found[0].starts_at == datetime(2027, 2, 16, 22, 0, tzinfo=UTC)


def test_a_changed_date_can_be_put_back(database: Database, now: datetime) -> None:
    tonight = date(2026, 11, 27)
    with database.write() as session:
        meeting = a_meeting(session)
        change_occurrence(session, meeting, tonight, cancelled=True, now=now)
        change_occurrence(session, meeting, tonight, now=now)
    with database.read() as session:
        (found,) = upcoming(session, start=now, end=now + timedelta(days=1))
        assert (found.cancelled, found.moved) == (False, False)


def test_only_its_own_dates_and_real_times_can_be_changed(database: Database, now: datetime) -> None:
    with database.write() as session:
        sundays = a_meeting(session, weekday=6)
        with pytest.raises(NoSuchDate):
            change_occurrence(session, sundays, date(2027, 3, 15), cancelled=True, now=now)
        with pytest.raises(NonExistentTime):
            change_occurrence(session, sundays, date(2027, 3, 14), new_minute=150, now=now)


@pytest.mark.parametrize(
    ("after_start", "expected"),
    [
        (-timedelta(hours=7), TONIGHT),
        (timedelta(minutes=10), TONIGHT),
        (timedelta(minutes=149), TONIGHT),
        (timedelta(minutes=150), TONIGHT + WEEK),
    ],
    ids=["before", "running", "within the hour after its end", "later"],
)
def test_the_current_date_lingers_an_hour(
    database: Database, after_start: timedelta, expected: datetime
) -> None:
    with database.write() as session:
        meeting = a_meeting(session)
        found = current_occurrence(session, meeting, now=TONIGHT + after_start)
    assert found.starts_at == expected


def test_a_cancelled_date_is_not_current(database: Database, now: datetime) -> None:
    with database.write() as session:
        meeting = a_meeting(session)
        change_occurrence(session, meeting, date(2026, 11, 27), cancelled=True, now=now)
        assert current_occurrence(session, meeting, now=now).starts_at == TONIGHT + WEEK


def test_a_meeting_that_has_ended_for_good_says_so(database: Database, now: datetime) -> None:
    with database.write() as session:
        meeting = a_meeting(session, until_date=date(2026, 6, 1))
        with pytest.raises(NothingPlanned):
            current_occurrence(session, meeting, now=now)
        assert upcoming(session, start=now, end=now + 4 * WEEK) == []


def test_hosts_lead_and_may_moderate(database: Database) -> None:
    with database.write() as session:
        dana, mo = a_practitioner(session), a_moderator(session)
        meeting = a_meeting(session, hosts=[dana], moderators=[mo])
        assert [host.id for host in hosts(session, meeting.id)] == [dana.id]
        assert moderators(session, meeting.id) == {dana.id, mo.id}


def test_an_unknown_meeting_is_said_to_be_unknown(database: Database) -> None:
    with database.read() as session, pytest.raises(UnknownMeeting):
        find_meeting(session, "nothing")


def test_the_link_of_the_call_is_sealed(database: Database) -> None:
    with database.write() as session:
        slug = a_meeting(session, call_url="https://call.example.org/room").slug
    with database.read() as session:
        assert find_meeting(session, slug).call_url == "https://call.example.org/room"
        (stored,) = session.connection().exec_driver_sql("SELECT call_url FROM meeting").scalars()
        assert b"example" not in bytes(stored)


def test_a_meeting_is_planned_with_its_leaders(database: Database) -> None:
    with database.write() as session:
        made = add_meeting(
            session,
            slug="partners",
            title="Partners",
            timezone="America/Chicago",
            weekday=1,
            minute_of_day=1080,
            minutes=60,
            first_date=date(2026, 1, 1),
            now=LONG_AGO,
        )
    assert (made.sequence, made.audience) == (0, "members")
