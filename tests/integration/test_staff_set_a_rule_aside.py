"""A practitioner may book against their own rules, with a reason that is kept; never over what is taken."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.permissions import NotAllowed
from foundation.audit import AuditEntry
from foundation.database import Database
from scheduling.appointments import NotASlot, OutsideNotice, SlotTaken, book, find_appointment, move
from scheduling.booking import Book
from scheduling.hours import load_hours, save_hours
from scheduling.occupancy import Occupancy
from tests.builders.people import a_person
from tests.builders.scheduling import House, a_meeting, a_service, a_working_practitioner, an_order

TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 7, 3, tzinfo=UTC)
FAR = datetime(2027, 6, 1, 10, 0, tzinfo=UTC)
REASON = "She leaves town on Tuesday"


@pytest.fixture
def house(database: Database) -> House:
    with database.write() as session:
        return House(session)


def by_dana(house: House, starts_at: datetime, reason: str = REASON) -> Book:
    return house.order(house.ana, starts_at, booked_by=house.dana.id, override=reason)


def an_hour(starts_at: datetime, kind: str, **who: str) -> Occupancy:
    return Occupancy(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), kind=kind, **who)


def set_aside(session: Session, appointment_id: str, action: str) -> object:
    acts = session.scalars(select(AuditEntry).where(AuditEntry.object_id == appointment_id)).all()
    assert not any(REASON in str(act.detail) for act in acts)
    return next(act.detail.get("set_aside") for act in acts if act.action == action)


@pytest.mark.parametrize(
    ("starts_at", "codes"),
    [
        (datetime(2026, 11, 27, 20, 30, tzinfo=UTC), ["outside_notice", "not_a_slot"]),
        (FAR, ["beyond_horizon"]),
        (SUNDAY, ["not_a_slot"]),
        (TEN + timedelta(minutes=3), ["not_a_slot"]),
        (TEN, []),
    ],
    ids=["too soon, and in the evening", "too far", "on a Sunday", "off the grid", "no rule against it"],
)
def test_the_rules_that_were_set_aside_are_recorded(
    database: Database, house: House, now: datetime, starts_at: datetime, codes: list[str]
) -> None:
    with database.write() as session:
        made = book(session, by_dana(house, starts_at), now=now)
    with database.read() as session:
        assert find_appointment(session, made.id).override_reason == REASON
        assert set_aside(session, made.id, "appointment.book") == codes


def test_a_full_day_and_a_foreign_calendar_can_be_set_aside(
    database: Database, house: House, now: datetime
) -> None:
    with database.write() as session:
        hours = load_hours(session, house.dana.id)
        only_one = type(hours)(hours.timezone, hours.windows, daily_limit=1)
        save_hours(session, house.dana.id, only_one, now=now, by=house.dana.id)
        book(session, house.order(house.ben, TEN), now=now)
        later = TEN + timedelta(hours=2)
        session.add(an_hour(later, "external", practitioner_id=house.dana.id))
    with database.write() as session:
        made = book(session, by_dana(house, later), now=now)
        session.flush()
        assert set_aside(session, made.id, "appointment.book") == ["limit_reached", "imported_busy"]


@pytest.mark.parametrize("minutes", [-50, 0, 50])
def test_what_is_booked_is_never_booked_over(
    database: Database, house: House, now: datetime, minutes: int
) -> None:
    """Neither the session nor the gap after it."""
    with database.write() as session:
        book(session, house.order(house.ben, TEN), now=now)
    with pytest.raises(SlotTaken) as refusal, database.write() as session:
        book(session, by_dana(house, TEN + timedelta(minutes=minutes)), now=now)
    assert refusal.value.alternatives


def test_a_member_is_never_in_two_places(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        lee = a_working_practitioner(session, name="Lee", timezone="UTC")
        book(session, an_order(a_service(session, lee), lee, house.ana, TEN), now=now)
    with pytest.raises(SlotTaken), database.write() as session:
        book(session, by_dana(house, TEN + timedelta(minutes=20)), now=now)


def test_blocked_time_and_a_meeting_that_is_hosted_stay(
    database: Database, house: House, now: datetime
) -> None:
    with database.write() as session:
        session.add(an_hour(TEN, "block", practitioner_id=house.dana.id))
        a_meeting(session, hosts=[house.dana], weekday=1, minute_of_day=600, minutes=60, timezone="UTC")
    for taken in (TEN, TEN + timedelta(days=1)):
        with pytest.raises(SlotTaken), database.write() as session:
            book(session, by_dana(house, taken), now=now)


def test_the_past_and_half_a_minute_are_nobodys_to_book(
    database: Database, house: House, now: datetime
) -> None:
    with pytest.raises(OutsideNotice), database.write() as session:
        book(session, by_dana(house, now), now=now)
    with pytest.raises(NotASlot), database.write() as session:
        book(session, by_dana(house, TEN + timedelta(seconds=30)), now=now)


def test_a_service_that_is_not_given_cannot_be_forced(
    database: Database, house: House, now: datetime
) -> None:
    with database.write() as session:
        lee = a_working_practitioner(session, name="Lee", timezone="UTC")
    order = an_order(house.service, lee, house.ana, TEN, booked_by=lee.id, override=REASON)
    with pytest.raises(NotASlot), database.write() as session:
        book(session, order, now=now)


def test_members_set_nothing_aside_for_themselves(database: Database, house: House, now: datetime) -> None:
    with pytest.raises(NotAllowed), database.write() as session:
        book(session, house.order(house.ana, SUNDAY, override=REASON), now=now)
    with database.write() as session:
        made = book(session, house.order(house.ana, TEN), now=now)
    with pytest.raises(NotAllowed), database.write() as session:
        move(session, made.id, SUNDAY, revision=0, by=house.ana.id, now=now, override=REASON)


def test_an_appointment_is_moved_against_the_rules_and_back_within_them(
    database: Database, house: House, now: datetime
) -> None:
    with database.write() as session:
        made = book(session, house.order(house.ana, TEN), now=now)
    with pytest.raises(NotASlot), database.write() as session:
        move(session, made.id, SUNDAY, revision=0, by=house.dana.id, now=now)
    with database.write() as session:
        moved = move(session, made.id, SUNDAY, revision=0, by=house.dana.id, now=now, override=REASON)
        assert (moved.starts_at, moved.override_reason) == (SUNDAY, REASON)
        session.flush()
        assert set_aside(session, made.id, "appointment.move") == ["not_a_slot"]
    with database.write() as session:
        assert move(session, made.id, TEN, revision=1, by=house.ana.id, now=now).override_reason is None


def test_a_reason_is_stored_sealed(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        coordinator = a_person(session, name="Cora")
        order = house.order(house.ana, SUNDAY, booked_by=coordinator.id, override=REASON)
        book(session, order, now=now)
        stored = session.connection().exec_driver_sql("SELECT override_reason FROM appointment").scalar()
    assert REASON.encode() not in bytes(stored or b"")
