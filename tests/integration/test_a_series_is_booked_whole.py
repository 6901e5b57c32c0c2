"""Tuesdays at three, twelve times: every date is looked at, and all of them are booked, or none."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from foundation.audit import AuditEntry
from foundation.database import Database
from scheduling.appointments import Appointment, KeyReused, NotASlot
from scheduling.availability import Override, Window
from scheduling.hours import Hours, load_hours, save_hours
from scheduling.occupancy import Occupancy
from scheduling.series import SeriesConflict, book_series, plan_series
from scheduling.series_records import Series
from scheduling.series_refusals import BadSeries
from tests.builders.people import LONG_AGO
from tests.builders.scheduling import a_booking
from tests.builders.series import DECEMBER, TUESDAYS, Practice, at, clocks, dates_of, waiting

MARCH_2 = date(2027, 3, 2)
TWELVE = [date(2027, 1, 5) + timedelta(weeks=number) for number in range(12)]


@pytest.fixture
def practice(database: Database) -> Practice:
    with database.write() as session:
        return Practice(session)


def take(database: Database, practice: Practice, starts_at: datetime, **fields: object) -> Appointment:
    """Ben has that time with Dana."""
    with database.write() as session:
        return a_booking(session, starts_at, now=starts_at - timedelta(days=20), **practice.with_ben | fields)


def written(database: Database) -> tuple[int, ...]:
    with database.read() as session:
        tables = Series, Appointment, Occupancy, AuditEntry
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_case_7_one_busy_tuesday_of_twelve_is_the_only_one_named(
    database: Database, practice: Practice
) -> None:
    """Tuesday 15:00 twelve times from 2027-01-05 with 03-02 busy: names only 03-02. Nothing is written."""
    take(database, practice, at(2027, 3, 2, 15))
    before = written(database)
    with pytest.raises(SeriesConflict) as refusal, database.write() as session:
        book_series(session, practice.order(), now=DECEMBER)
    (conflict,) = refusal.value.conflicts
    assert (conflict.date, conflict.code) == (MARCH_2, "slot_taken")
    assert [slot.starts_at for slot in conflict.alternatives] == [
        at(2027, 3, 2, hour) for hour in (14, 16, 13, 17)
    ]
    assert "2 March" in refusal.value.message
    assert written(database) == before


def test_a_refused_series_leaves_nothing_even_where_the_caller_goes_on(
    database: Database, practice: Practice
) -> None:
    take(database, practice, at(2027, 3, 2, 15))
    before = written(database)
    with database.write() as session, pytest.raises(SeriesConflict):
        book_series(session, practice.order(), now=DECEMBER)
    assert written(database) == before


def test_twelve_tuesdays_keep_their_local_time_across_the_change_of_clocks(
    database: Database, practice: Practice
) -> None:
    with database.write() as session:
        series = book_series(session, practice.order(), now=DECEMBER)
        assert clocks(session, series) == [f"{day:%m-%d} 15:00" for day in TWELVE]
        rows = dates_of(session, series)
    offsets = {rows[day].starts_at.hour for day in TWELVE}
    assert offsets == {20, 19}
    assert (series.timezone, series.weekday, series.minute_of_day) == ("America/New_York", 1, 15 * 60)


def test_only_the_first_date_is_bound_by_the_horizon(database: Database, practice: Practice) -> None:
    """The twelfth Tuesday is sixteen weeks away; the service opens sixty days ahead."""
    late = at(2027, 2, 2, 15)
    with database.write() as session:
        plan = plan_series(session, practice.order(late), now=DECEMBER)
    assert [one.conflict.code for one in plan if one.conflict] == ["beyond_horizon"]
    assert plan[0].conflict is not None
    assert all(slot.starts_at <= DECEMBER + timedelta(days=60) for slot in plan[0].conflict.alternatives)


def test_a_plan_writes_nothing_and_names_every_kind_of_conflict(
    database: Database, practice: Practice
) -> None:
    take(database, practice, at(2027, 1, 12, 15))
    with database.write() as session:
        hours = load_hours(session, practice.dana.id)
        off = Override(date(2027, 1, 26))
        save_hours(
            session,
            practice.dana.id,
            Hours(hours.timezone, hours.windows, (off,)),
            now=LONG_AGO,
            by=practice.dana.id,
        )
    before = written(database)
    with database.write() as session:
        plan = plan_series(session, practice.order(count=5), now=DECEMBER)
    assert [one.conflict.code if one.conflict else None for one in plan] == [
        None, "slot_taken", None, "not_a_slot", None,
    ]  # fmt: skip
    assert written(database) == before


def test_a_local_time_that_one_date_lacks_is_a_conflict(database: Database, practice: Practice) -> None:
    """The night of 14 March 2027 has no half past two in New York."""
    with database.write() as session:
        nights = Hours("America/New_York", (Window(6, 0, 5 * 60),))
        save_hours(session, practice.dana.id, nights, now=LONG_AGO, by=practice.dana.id)
        practice.service.step_minutes = 30
        session.merge(practice.service)
    with database.write() as session:
        order = practice.order(at(2027, 1, 24, 2, 30), count=9)
        plan = plan_series(session, order, now=DECEMBER)
    wrong = {one.date: one.conflict for one in plan if one.conflict}
    assert list(wrong) == [date(2027, 3, 14)]
    conflict = wrong[date(2027, 3, 14)]
    assert conflict.code == "no_such_time"
    assert conflict.alternatives


def test_dates_in_the_way_can_be_left_out(database: Database, practice: Practice) -> None:
    take(database, practice, at(2027, 3, 2, 15))
    with database.write() as session:
        series = book_series(session, practice.order(on_conflict="skip"), now=DECEMBER)
        assert list(dates_of(session, series)) == [day for day in TWELVE if day != MARCH_2]


def test_chosen_dates_are_left_out_or_go_elsewhere(database: Database, practice: Practice) -> None:
    take(database, practice, at(2027, 3, 2, 15))
    elsewhere = {MARCH_2: at(2027, 3, 3, 10)}
    with database.write() as session:
        order = practice.order(skip=frozenset({date(2027, 1, 19)}), moved=elsewhere)
        series = book_series(session, order, now=DECEMBER)
        rows = dates_of(session, series)
    assert date(2027, 1, 19) not in rows
    assert (rows[MARCH_2].starts_at, rows[MARCH_2].exception) == (at(2027, 3, 3, 10), True)
    assert sum(one.exception for one in rows.values()) == 1


def test_where_every_date_is_in_the_way_leaving_them_out_is_no_series(
    database: Database, practice: Practice
) -> None:
    for number in range(2):
        take(database, practice, at(2027, 1, 5 + 7 * number, 15))
    with pytest.raises(SeriesConflict) as refusal, database.write() as session:
        book_series(session, practice.order(count=2, on_conflict="skip"), now=DECEMBER)
    assert len(refusal.value.conflicts) == 2


def test_a_date_moved_onto_another_of_the_series_is_in_its_way(
    database: Database, practice: Practice
) -> None:
    clash = {date(2027, 1, 12): at(2027, 1, 19, 15)}
    with database.write() as session:
        plan = plan_series(session, practice.order(count=4, moved=clash), now=DECEMBER)
    assert [one.date for one in plan if one.conflict] == [date(2027, 1, 12)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 1},
        {"count": 54},
        {"count": 28, "every_weeks": 2},
        {"every_weeks": 0},
        {"every_weeks": 13},
        {"skip": frozenset({date(2027, 1, 6)})},
        {"moved": {date(2027, 1, 6): TUESDAYS}},
        {"count": 2, "skip": frozenset(TWELVE[:2])},
    ],
)
def test_what_is_no_series_is_refused(database: Database, practice: Practice, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadSeries), database.write() as session:
        book_series(session, practice.order(**wrong), now=DECEMBER)


def test_a_year_of_weeks_is_the_longest_series(database: Database, practice: Practice) -> None:
    with database.write() as session:
        series = book_series(session, practice.order(count=53), now=DECEMBER)
        assert len(dates_of(session, series)) == 53


def test_seconds_are_refused(database: Database, practice: Practice) -> None:
    with pytest.raises(NotASlot), database.write() as session:
        book_series(session, practice.order(TUESDAYS + timedelta(seconds=30)), now=DECEMBER)


def test_the_same_request_again_is_the_same_series(database: Database, practice: Practice) -> None:
    order = practice.order(key="twice")
    ids = []
    for _ in range(2):
        with database.write() as session:
            ids.append(book_series(session, order, now=DECEMBER).id)
    assert ids[0] == ids[1]
    with pytest.raises(KeyReused), database.write() as session:
        book_series(session, practice.order(count=11, key="twice"), now=DECEMBER)


def test_each_party_gets_one_mail_and_each_date_its_reminders(database: Database, practice: Practice) -> None:
    with database.write() as session:
        book_series(session, practice.order(), now=DECEMBER)
        assert waiting(session) == {"series.booked": 2, "appointment.reminder": 12 * 3 * 2}


def test_who_booked_it_and_how_many_dates_is_on_record(database: Database, practice: Practice) -> None:
    with database.write() as session:
        series = book_series(session, practice.order(), now=DECEMBER)
    with database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.object_id == series.id)).one()
    assert (entry.action, entry.actor_id) == ("series.book", practice.dana.id)
    assert entry.detail == {"on_behalf": True, "dates": 12}


def test_a_days_limit_counts_for_each_date(database: Database, practice: Practice) -> None:
    take(database, practice, at(2027, 1, 12, 9))
    with database.write() as session:
        hours = load_hours(session, practice.dana.id)
        limited = Hours(hours.timezone, hours.windows, daily_limit=1)
        save_hours(session, practice.dana.id, limited, now=LONG_AGO, by=practice.dana.id)
        plan = plan_series(session, practice.order(count=3), now=DECEMBER)
    assert [one.conflict.code if one.conflict else None for one in plan] == [None, "limit_reached", None]


def test_two_dates_of_one_series_share_a_weeks_limit(database: Database, practice: Practice) -> None:
    with database.write() as session:
        hours = load_hours(session, practice.dana.id)
        limited = Hours(hours.timezone, hours.windows, weekly_limit=1)
        save_hours(session, practice.dana.id, limited, now=LONG_AGO, by=practice.dana.id)
        moved = {date(2027, 1, 12): at(2027, 1, 21, 15)}
        plan = plan_series(session, practice.order(count=3, moved=moved), now=DECEMBER)
    assert [one.date.day for one in plan if one.conflict] == [12]


def test_an_override_sets_rules_aside_for_each_date_but_never_a_booking(
    database: Database, practice: Practice
) -> None:
    take(database, practice, at(2027, 1, 12, 15))
    early = practice.order(at(2027, 1, 5, 8), count=3, override="She can only come before work.")
    with database.write() as session:
        series = book_series(session, early, now=DECEMBER)
        reasons = {one.override_reason for one in dates_of(session, series).values()}
    assert reasons == {"She can only come before work."}
    with database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.object_id == series.id)).one()
    assert entry.detail["set_aside"] == {f"2027-01-{day:02d}": ["not_a_slot"] for day in (5, 12, 19)}
    with pytest.raises(SeriesConflict) as refusal, database.write() as session:
        taken = practice.order(at(2027, 1, 5, 15), count=3, override="Please.", member_id=practice.ben.id)
        book_series(session, taken, now=DECEMBER)
    assert [one.date.day for one in refusal.value.conflicts] == [12]


def test_the_servers_now_is_the_one_that_is_given(database: Database, practice: Practice) -> None:
    past = datetime(2027, 1, 6, tzinfo=UTC)
    with database.write() as session:
        plan = plan_series(session, practice.order(count=3), now=past)
    assert [one.conflict.code if one.conflict else None for one in plan] == ["outside_notice", None, None]
