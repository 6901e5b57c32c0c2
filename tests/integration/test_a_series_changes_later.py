"""One date is moved or cancelled by itself; this one and all that follow get another time, or end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from foundation.database import Database
from foundation.outbox import Delivery
from scheduling.appointments import Appointment, Status, cancel, move
from scheduling.occupancy import Occupancy
from scheduling.reminders import KIND
from scheduling.series import SeriesConflict
from scheduling.series_changes import cancel_following, change_following, plan_following
from scheduling.series_dates import find_series
from scheduling.series_records import Series
from scheduling.series_refusals import BadSeries, NotInSeries
from scheduling.series_retelling import retell_series
from tests.builders.scheduling import a_booking
from tests.builders.series import (
    DECEMBER,
    FEB_15,
    FEB_22,
    MARCH_1,
    MONDAYS,
    Practice,
    at,
    clocks,
    dates_of,
    waiting,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def practice(database: Database) -> Practice:
    with database.write() as session:
        return Practice(session)


@pytest.fixture
def mondays(database: Database, practice: Practice) -> Series:
    """Case 9 begins so: twelve Mondays at five from 2027-01-04."""
    with database.write() as session:
        return practice.series(session, MONDAYS)


def move_one(database: Database, practice: Practice, series: Series, day: date, to: datetime) -> Appointment:
    with database.write() as session:
        one = dates_of(session, series)[day]
        return move(session, one.id, to, revision=one.revision, by=practice.dana.id, now=DECEMBER)


def cancel_one(database: Database, practice: Practice, series: Series, day: date) -> None:
    with database.write() as session:
        cancel(session, dates_of(session, series)[day].id, by=practice.ana.id, now=DECEMBER)


def change(
    database: Database, practice: Practice, series: Series, to: datetime, day: date = MARCH_1, **more: object
) -> None:
    given: dict[str, Any] = {"by": practice.dana.id, "now": DECEMBER} | more
    with database.write() as session:
        change_following(session, series.id, day, to, **given)


def test_case_9_exceptions_survive_a_change_of_what_follows(
    database: Database, practice: Practice, mondays: Series
) -> None:
    """Weekly Monday 17:00 from 2027-01-04; 02-15 moved to 02-16, 02-22 cancelled; from 03-01 at 18:00."""
    move_one(database, practice, mondays, FEB_15, at(2027, 2, 16, 17))
    cancel_one(database, practice, mondays, FEB_22)
    change(database, practice, mondays, at(2027, 3, 1, 18))
    with database.read() as session:
        assert clocks(session, mondays) == [
            "01-04 17:00", "01-11 17:00", "01-18 17:00", "01-25 17:00", "02-01 17:00", "02-08 17:00",
            "02-16 17:00", "03-01 18:00", "03-08 18:00", "03-15 18:00", "03-22 18:00",
        ]  # fmt: skip
        now_on = find_series(session, mondays.id)
    assert (now_on.uid, now_on.sequence) == (mondays.uid, 3)
    assert [(one.from_date, one.days, one.minute_of_day) for one in now_on.shifts] == [(MARCH_1, 0, 18 * 60)]


def test_case_9_no_reminder_is_left_for_an_old_time(
    database: Database, practice: Practice, mondays: Series
) -> None:
    move_one(database, practice, mondays, FEB_15, at(2027, 2, 16, 17))
    cancel_one(database, practice, mondays, FEB_22)
    change(database, practice, mondays, at(2027, 3, 1, 18))
    with database.read() as session:
        rows = {one.id: one for one in dates_of(session, mondays).values()}
        left = session.scalars(select(Delivery).where(Delivery.kind == KIND, Delivery.state == "waiting"))
        found = [(one.refs, one.due_at) for one in left]
    assert len(found) == 11 * 3 * 2
    for refs, due_at in found:
        one = rows[refs["appointment"]]
        assert refs["revision"] == one.revision
        assert due_at == one.starts_at - timedelta(minutes=refs["before"])


def test_an_exception_after_the_change_survives_it_too(
    database: Database, practice: Practice, mondays: Series
) -> None:
    move_one(database, practice, mondays, date(2027, 3, 8), at(2027, 3, 9, 11))
    cancel_one(database, practice, mondays, date(2027, 3, 15))
    change(database, practice, mondays, at(2027, 3, 1, 18))
    with database.read() as session:
        assert clocks(session, mondays)[-3:] == ["03-01 18:00", "03-09 11:00", "03-22 18:00"]


def test_what_follows_can_go_to_another_day_and_later_to_another_again(
    database: Database, practice: Practice, mondays: Series
) -> None:
    change(database, practice, mondays, at(2027, 3, 3, 10))
    change(database, practice, mondays, at(2027, 3, 16, 9), date(2027, 3, 15))
    with database.read() as session:
        assert clocks(session, mondays)[-4:] == ["03-03 10:00", "03-10 10:00", "03-16 09:00", "03-23 09:00"]
    change(database, practice, mondays, at(2027, 2, 1, 12), date(2027, 2, 1))
    with database.read() as session:
        assert [one[6:] for one in clocks(session, mondays)] == ["17:00"] * 4 + ["12:00"] * 8
        assert len(find_series(session, mondays.id).shifts) == 1


def test_a_week_later_is_no_conflict_with_ones_own_old_times(
    database: Database, practice: Practice, mondays: Series
) -> None:
    change(database, practice, mondays, at(2027, 1, 11, 17), date(2027, 1, 4))
    with database.read() as session:
        assert clocks(session, mondays)[0] == "01-11 17:00"
        assert clocks(session, mondays)[-1] == "03-29 17:00"


def test_a_change_is_checked_whole_and_names_the_dates_in_the_way(
    database: Database, practice: Practice, mondays: Series
) -> None:
    with database.write() as session:
        a_booking(session, at(2027, 3, 8, 18), now=at(2027, 3, 1), **practice.with_ben)
    with database.read() as session:
        before = clocks(session, mondays)
        plan = plan_following(session, mondays.id, MARCH_1, at(2027, 3, 1, 18), now=DECEMBER)
    assert [one.date.day for one in plan if one.conflict] == [8]
    with pytest.raises(SeriesConflict) as refusal:
        change(database, practice, mondays, at(2027, 3, 1, 18))
    (conflict,) = refusal.value.conflicts
    assert (conflict.date, conflict.code) == (date(2027, 3, 8), "slot_taken")
    assert at(2027, 3, 8, 17) in {slot.starts_at for slot in conflict.alternatives}
    with database.read() as session:
        assert clocks(session, mondays) == before
    elsewhere = {date(2027, 3, 8): at(2027, 3, 8, 17)}
    skip = frozenset({date(2027, 3, 15)})
    change(database, practice, mondays, at(2027, 3, 1, 18), moved=elsewhere, skip=skip)
    with database.read() as session:
        assert clocks(session, mondays)[-3:] == ["03-01 18:00", "03-08 17:00", "03-22 18:00"]


def test_a_change_is_one_mail_for_each_party(database: Database, practice: Practice, mondays: Series) -> None:
    change(database, practice, mondays, at(2027, 3, 1, 18))
    with database.read() as session:
        found = waiting(session)
    assert (found["series.booked"], found["series.changed"], found["appointment.moved"]) == (0, 2, 0)


def test_a_date_moved_back_is_no_exception_any_more(
    database: Database, practice: Practice, mondays: Series
) -> None:
    assert move_one(database, practice, mondays, FEB_15, at(2027, 2, 16, 17)).exception
    assert not move_one(database, practice, mondays, FEB_15, at(2027, 2, 15, 17)).exception


def test_a_date_beyond_the_horizon_can_be_moved_by_itself(
    database: Database, practice: Practice, mondays: Series
) -> None:
    moved = move_one(database, practice, mondays, date(2027, 3, 22), at(2027, 3, 23, 17))
    assert moved.starts_at == at(2027, 3, 23, 17)


def test_all_that_follows_is_cancelled_with_one_mail_each(
    database: Database, practice: Practice, mondays: Series
) -> None:
    move_one(database, practice, mondays, date(2027, 3, 8), at(2027, 3, 9, 11))
    with database.write() as session:
        gone = cancel_following(session, mondays.id, MARCH_1, by=practice.ana.id, now=DECEMBER)
        found = waiting(session)
        active = session.scalars(select(Occupancy).where(Occupancy.status == "active")).all()
    assert [one.series_date for one in gone] == [MARCH_1 + timedelta(weeks=n) for n in range(4)]
    assert {one.status for one in gone} == {Status.CANCELLED}
    assert (found["series.cancelled"], found["appointment.cancelled"]) == (2, 0)
    assert found[KIND] == 8 * 3 * 2
    assert len(active) == 8


def test_what_has_begun_stays_as_it_is(database: Database, practice: Practice, mondays: Series) -> None:
    later = at(2027, 1, 12, 9)
    with database.write() as session:
        gone = cancel_following(session, mondays.id, date(2027, 1, 4), by=practice.dana.id, now=later)
    assert len(gone) == 10
    with pytest.raises(NotInSeries), database.write() as session:
        cancel_following(session, mondays.id, date(2027, 1, 4), by=practice.dana.id, now=later)


def test_more_than_four_weeks_away_is_another_series(
    database: Database, practice: Practice, mondays: Series
) -> None:
    with pytest.raises(BadSeries):
        change(database, practice, mondays, at(2027, 4, 1, 18))


def test_dates_ahead_are_told_anew_when_the_zone_data_changed(
    database: Database, practice: Practice, mondays: Series
) -> None:
    """As if the country had given up its summer time after the series was booked."""
    pretend_old_zone_data(database, mondays, from_date=date(2027, 3, 15), by=HOUR)
    with database.write() as session:
        assert retell_series(session, now=DECEMBER) == 2
        assert retell_series(session, now=DECEMBER) == 0
        assert {one[6:] for one in clocks(session, mondays)} == {"17:00"}
        assert waiting(session)["series.changed"] == 2
        assert find_series(session, mondays.id).sequence == 1


def test_a_date_whose_new_instant_is_taken_stays_where_it_is(
    database: Database, practice: Practice, mondays: Series
) -> None:
    pretend_old_zone_data(database, mondays, from_date=date(2027, 3, 22), by=HOUR)
    with database.write() as session:
        a_booking(session, at(2027, 3, 22, 17), now=at(2027, 3, 1), **practice.with_ben)
    with database.write() as session:
        retell_series(session, now=DECEMBER)
        kept = dates_of(session, mondays)[date(2027, 3, 22)]
        assert (kept.starts_at, kept.exception) == (at(2027, 3, 22, 18), True)


def pretend_old_zone_data(database: Database, series: Series, *, from_date: date, by: timedelta) -> None:
    with database.write() as session:
        for day, one in dates_of(session, series).items():
            if day >= from_date:
                one.starts_at, one.ends_at = one.starts_at + by, one.ends_at + by
                row = session.scalars(select(Occupancy).where(Occupancy.appointment_id == one.id)).one()
                row.starts_at, row.ends_at = row.starts_at + by, row.ends_at + by
        session.execute(update(Delivery).values(state="sent", done_at=datetime.now(UTC)))
