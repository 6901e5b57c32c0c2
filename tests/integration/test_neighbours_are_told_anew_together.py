"""When a government changes its clocks, a whole afternoon moves: nobody is in the way of the next."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from foundation.database import Database
from scheduling.appointments import Appointment
from scheduling.group_records import GroupOccurrence
from scheduling.groups import add_group
from scheduling.memberships import join_group
from scheduling.occupancy import Occupancy
from scheduling.series_records import Series
from scheduling.series_retelling import retell_series
from tests.builders.groups import occurrences
from tests.builders.people import a_member
from tests.builders.scheduling import a_service
from tests.builders.series import DECEMBER, MONDAYS, Practice, at, clocks, waiting

HOUR = timedelta(hours=1)


@pytest.fixture
def practice(database: Database) -> Practice:
    with database.write() as session:
        return Practice(session)


def pretend_old_zone_data(session: Session, by: timedelta) -> None:
    """As if all that repeats had been put elsewhere by other rules."""
    session.execute(update(Occupancy).values(status="released"))
    for one in session.scalars(select(Appointment)):
        one.starts_at, one.ends_at = one.starts_at + by, one.ends_at + by
    for date_ in occurrences(session):
        date_.starts_at, date_.ends_at = date_.starts_at + by, date_.ends_at + by
    for row in session.scalars(select(Occupancy)):
        row.starts_at, row.ends_at = row.starts_at + by, row.ends_at + by
    session.flush()
    session.execute(update(Occupancy).values(status="active"))


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_series_one_after_the_other_all_keep_their_local_time(
    database: Database, practice: Practice, by: timedelta
) -> None:
    with database.write() as session:
        three = [one_at(session, practice, hour) for hour in (13, 14, 15)]
        pretend_old_zone_data(session, by)
    with database.write() as session:
        assert retell_series(session, now=DECEMBER) == 12
        assert retell_series(session, now=DECEMBER) == 0
        assert [{one[6:] for one in clocks(session, series)} for series in three] == [
            {"13:00"},
            {"14:00"},
            {"15:00"},
        ]
        assert session.scalar(select(Appointment.id).where(Appointment.exception)) is None


@pytest.mark.parametrize("by", [HOUR, -HOUR])
def test_a_group_keeps_its_local_time_with_those_around_it(
    database: Database, practice: Practice, by: timedelta
) -> None:
    """Ana sits in the group at four and sees Dana before it and after it: nobody loses a seat."""
    with database.write() as session:
        around = [one_at(session, practice, hour) for hour in (15, 17)]
        group = a_group(session, practice)
        join_group(session, group.id, practice.ana.id, from_date=FIRST, by=practice.ana.id, now=DECEMBER)
        guest = a_member(session, name="Guest")
        join_group(session, group.id, guest.id, from_date=FIRST, until_date=FIRST, by=guest.id, now=DECEMBER)
        dates = len(occurrences(session))
        pretend_old_zone_data(session, by)
    with database.write() as session:
        assert retell_series(session, now=DECEMBER) == 8 + dates
        assert retell_series(session, now=DECEMBER) == 0
        assert {one[6:] for series in around for one in clocks(session, series)} == {"15:00", "17:00"}
        assert [one.starts_at for one in occurrences(session)][:2] == [FOUR, FOUR + timedelta(days=7)]
        assert [one.taken for one in occurrences(session)][:2] == [2, 1]
        assert waiting(session)["group.changed"] == 2
        assert session.get_one(Series, group.id).sequence == 1


def test_a_session_whose_new_instant_is_taken_stays_where_it_is(
    database: Database, practice: Practice
) -> None:
    with database.write() as session:
        a_group(session, practice)
        pretend_old_zone_data(session, HOUR)
        one_at(session, practice, 16)
    with database.write() as session:
        retell_series(session, now=DECEMBER)
        first = session.scalars(select(GroupOccurrence).order_by(GroupOccurrence.starts_at)).first()
        assert first is not None
        assert (first.starts_at, first.exception) == (FOUR + HOUR, True)


FIRST, FOUR = date(2027, 1, 4), at(2027, 1, 4, 16)


def one_at(session: Session, practice: Practice, hour: int) -> Series:
    start: datetime = at(2027, 1, 4, hour)
    assert start.date() == MONDAYS.date()
    return practice.series(session, start, count=4)


def a_group(session: Session, practice: Practice) -> Series:
    return add_group(
        session,
        service_id=a_service(session, practice.dana, seats=8, step_minutes=60).id,
        practitioner_id=practice.dana.id,
        title="Mondays",
        timezone="America/New_York",
        weekday=0,
        minute_of_day=16 * 60,
        minutes=50,
        first_date=FIRST,
        by=practice.dana.id,
        now=DECEMBER,
    )
