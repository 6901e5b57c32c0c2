"""Any suitable practitioner: each start once, earliest first, with whoever has least ahead."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.database import Database
from scheduling.appointments import book
from scheduling.openings import Slot, openings
from scheduling.services import Service
from scheduling.turns import booked_ahead, earliest_of_any
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_service, an_order, weekdays, work_hours

ZONE = ZoneInfo("America/Los_Angeles")
MONDAY, FRIDAY = date(2026, 11, 30), date(2026, 12, 4)
HOUR = timedelta(hours=1)
NINE = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


@pytest.fixture
def three(database: Database) -> tuple[Service, list[Person]]:
    """Nine to five, ten to four, and mornings only."""
    with database.write() as session:
        people = [
            work_hours(session, a_practitioner(session, name=name), weekdays(*hours))
            for name, hours in {"Dana": (9, 17), "Lee": (10, 16), "Noor": (9, 12)}.items()
        ]
        return a_service(session, *people, step_minutes=60), people


def earliest(
    session: Session, service: Service, people: Sequence[Person], now: datetime, **more: object
) -> list[Slot]:
    ids = [one.id for one in people]
    return earliest_of_any(session, service, ids, MONDAY, FRIDAY, ZONE, now=now, **more)  # type: ignore[arg-type]


def test_each_start_is_told_once_by_time(
    database: Database, three: tuple[Service, list[Person]], now: datetime
) -> None:
    service, people = three
    with database.read() as session:
        found = earliest(session, service, people, now)
        every = openings(session, service, [one.id for one in people], MONDAY, FRIDAY, ZONE, now=now)
    starts = [slot.starts_at for slot in found]
    assert starts == sorted({slot.starts_at for slot in every})
    assert set(found) < set(every)


def test_it_is_the_turn_of_whoever_has_least_ahead(
    database: Database, three: tuple[Service, list[Person]], now: datetime
) -> None:
    service, (dana, lee, noor) = three
    with database.write() as session:
        for number, who in enumerate([dana, dana, noor]):
            order = an_order(service, who, a_member(session), NINE + timedelta(days=3, hours=number))
            book(session, order, now=now)
        assert booked_ahead(session, [dana.id, lee.id, noor.id], now=now) == {dana.id: 2, noor.id: 1}
        turns = {
            slot.starts_at: slot.practitioner_id
            for slot in earliest(session, service, [dana, lee, noor], now)
        }
    assert turns[NINE] == noor.id
    assert turns[NINE + HOUR] == lee.id
    assert turns[NINE + 7 * HOUR] == dana.id


def test_the_first_few_are_enough_for_a_list(
    database: Database, three: tuple[Service, list[Person]], now: datetime
) -> None:
    service, people = three
    with database.read() as session:
        assert earliest(session, service, people, now, limit=3) == earliest(session, service, people, now)[:3]


def test_what_the_member_has_taken_is_left_out(
    database: Database, three: tuple[Service, list[Person]], now: datetime
) -> None:
    service, people = three
    with database.write() as session:
        ana = a_member(session)
        made = book(session, an_order(service, people[0], ana, NINE), now=now)
        theirs = earliest(session, service, people, now, member_id=ana.id)
        moving = earliest(session, service, people, now, member_id=ana.id, ignoring=made.id)
        others = earliest(session, service, people, now)
    assert NINE not in [slot.starts_at for slot in theirs]
    assert NINE in [slot.starts_at for slot in moving] and NINE in [slot.starts_at for slot in others]


def test_nobody_means_nothing(database: Database, three: tuple[Service, list[Person]], now: datetime) -> None:
    with database.read() as session:
        assert earliest(session, three[0], [], now) == []
