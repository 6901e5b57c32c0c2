"""Around a night on which clocks change, the openings are what the slow oracle finds and booking accepts."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import DomainError
from scheduling.appointments import Book, book
from scheduling.availability import Override, Window
from scheduling.occupancy import Occupancy
from scheduling.openings import openings
from scheduling.services import Service
from tests import slot_oracle
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_service, an_order, work_hours
from tests.schema import new_sqlite
from tests.slot_oracle import Plan, Wanted

UTC_ZONE = ZoneInfo("UTC")
NIGHTS = [
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2027, 11, 7)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Africa/Casablanca", date(2027, 3, 14)),
    ("Pacific/Kiritimati", date(2027, 1, 1)),
]


@pytest.mark.parametrize(("zone", "day"), NIGHTS)
def test_what_is_listed_is_what_can_be_booked(tmp_path: Path, zone: str, day: date) -> None:
    """Every instant of two days is tried that lies on a quarter of an hour, and some that do not."""
    database, chance = new_sqlite(tmp_path), Random(f"{zone} {day}")
    plan = some_plan(chance, zone, day)
    now = datetime(day.year, day.month, day.day, 5, 20, tzinfo=UTC) - timedelta(days=1)
    with database.write() as session:
        order = furnish(session, chance, plan, now)
        listed = listing(session, order, day, now)
        rows = [(one.starts_at, one.ends_at) for one in session.scalars(select(Occupancy))]
        assert listed == by_looking_at_every_minute(session, plan, rows, order, day, now)
        assert {at for at in instants(day, listed) if accepts(session, order, at, now)} == set(listed)
    database.close()
    assert listed


def some_plan(chance: Random, zone: str, day: date) -> Plan:
    """A window that crosses each night, one by day, and an override that is an odd half hour longer."""
    night, morning = 22 * 60 + chance.randrange(60), 26 * 60 + chance.randrange(90)
    weekly = tuple(one for weekday in range(7) for one in ((weekday, 600, 780), (weekday, night, morning)))
    return Plan(zone, weekly, ((day, ((130, 300), (1310, 1500))),))


def furnish(session: Session, chance: Random, plan: Plan, now: datetime) -> Book:
    windows = [Window(*one) for one in plan.weekly]
    dana = work_hours(
        session,
        a_practitioner(session),
        windows,
        timezone=plan.zone,
        overrides=[Override(*one) for one in plan.dates],
    )
    ana = a_member(session, name="Ana")
    for number in range(4):
        start = now + timedelta(minutes=360 * number + 5 * chance.randrange(60))
        mine = {"practitioner_id": dana.id} if number % 2 else {"member_id": ana.id}
        session.add(Occupancy(**mine, starts_at=start, ends_at=start + timedelta(minutes=40), kind="block"))
    service = a_service(session, dana, minutes=45, gap_minutes=5, step_minutes=15)
    return an_order(service, dana, ana, now)


def listing(session: Session, order: Book, day: date, now: datetime) -> list[datetime]:
    service = session.get_one(Service, order.service_id)
    who, days = [order.practitioner_id], (day - timedelta(days=1), day)
    found = openings(session, service, who, *days, UTC_ZONE, now=now, member_id=order.member_id)
    return [slot.starts_at for slot in found]


def by_looking_at_every_minute(
    session: Session,
    plan: Plan,
    rows: list[tuple[datetime, datetime]],
    order: Book,
    day: date,
    now: datetime,
) -> list[datetime]:
    service = session.get_one(Service, order.service_id)
    end = datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)
    notice = timedelta(minutes=service.notice_minutes)
    wanted = Wanted(service.minutes, service.gap_minutes, service.step_minutes, now + notice, end)
    return slot_oracle.slots(plan, rows, wanted, day - timedelta(days=4), day + timedelta(days=3))


def instants(day: date, listed: list[datetime]) -> set[datetime]:
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    quarters = {first + timedelta(minutes=15 * number) for number in range(2 * 96)}
    return quarters | set(listed) | {at + timedelta(minutes=1) for at in listed}


def accepts(session: Session, order: Book, at: datetime, now: datetime) -> bool:
    """Tried and taken back."""
    attempt = session.begin_nested()
    wanted = Book(**{**vars(order), "starts_at": at})
    try:
        book(session, wanted, now=now)
    except DomainError:
        return False
    finally:
        attempt.rollback()
    return True
