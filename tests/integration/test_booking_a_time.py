"""A member books, the time is gone, both hear of it, and the practitioner's day stays whole."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.database import Database
from foundation.outbox import Delivery
from scheduling.appointments import (
    BeyondHorizon,
    Hold,
    KeyReused,
    NotASlot,
    OutsideNotice,
    SlotTaken,
    book,
    find_appointment,
    hold,
    of_member,
    of_practitioner,
    release,
)
from scheduling.availability import Window
from scheduling.openings import openings
from tests.builders.people import a_member
from tests.builders.scheduling import House, a_service, a_working_practitioner, an_order, work_hours

UTC_ZONE = ZoneInfo("UTC")
MONDAY_TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


@pytest.fixture
def house(database: Database) -> House:
    with database.write() as session:
        return House(session)


def starts(session: Session, house: House, day: date, now: datetime) -> list[datetime]:
    found = openings(session, house.service, [house.dana.id], day, day, UTC_ZONE, now=now)
    return [slot.starts_at for slot in found]


def owed(session: Session, state: str = "waiting") -> list[tuple[str, int, str]]:
    rows = session.scalars(select(Delivery).where(Delivery.state == state))
    return sorted((row.kind, row.refs["revision"], row.refs["to"]) for row in rows)


def test_a_booking_is_found_by_both_sides(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        made = book(session, house.order(house.ana, MONDAY_TEN, note="Knee again"), now=now)
    with database.read() as session:
        found = find_appointment(session, made.id)
        assert (found.starts_at, found.ends_at) == (MONDAY_TEN, MONDAY_TEN + timedelta(minutes=50))
        assert (found.status, found.revision, found.note) == ("booked", 0, "Knee again")
        assert of_member(session, house.ana.id) == [found]
        week = now, now + timedelta(days=7)
        assert of_practitioner(session, house.dana.id, *week) == [found]
    assert found.practitioner.name == "Dana"


def test_the_gap_after_a_session_is_kept_free(database: Database, house: House, now: datetime) -> None:
    """Case 5: booked 10:00 to 10:50 with ten minutes after: 10:50 is refused, 11:00 is not."""
    with database.write() as session:
        book(session, house.order(house.ana, MONDAY_TEN), now=now)
    with pytest.raises(SlotTaken), database.write() as session:
        book(session, house.order(house.ben, MONDAY_TEN + timedelta(minutes=50)), now=now)
    with database.write() as session:
        assert book(session, house.order(house.ben, MONDAY_TEN + timedelta(hours=1)), now=now)


def test_a_taken_time_comes_with_the_nearest_free_ones(
    database: Database, house: House, now: datetime
) -> None:
    with database.write() as session:
        book(session, house.order(house.ana, MONDAY_TEN), now=now)
    with pytest.raises(SlotTaken) as refusal, database.write() as session:
        book(session, house.order(house.ben, MONDAY_TEN), now=now)
    nearest = [slot.starts_at for slot in refusal.value.alternatives]
    assert nearest[:2] == [MONDAY_TEN - timedelta(minutes=60), MONDAY_TEN + timedelta(minutes=60)]
    with database.write() as session:
        assert book(session, house.order(house.ben, nearest[0]), now=now)


def test_a_member_cannot_be_in_two_places(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        book(session, house.order(house.ana, MONDAY_TEN), now=now)
        lee = work_hours(session, a_working_practitioner(session, name="Lee", timezone="UTC"))
        other = a_service(session, lee)
    with pytest.raises(SlotTaken), database.write() as session:
        book(session, an_order(other, lee, house.ana, MONDAY_TEN + timedelta(minutes=30)), now=now)
    with database.write() as session:
        assert book(session, an_order(other, lee, house.ben, MONDAY_TEN + timedelta(minutes=30)), now=now)


@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (datetime(2026, 11, 27, 20, 30, tzinfo=UTC), OutsideNotice),
        (datetime(2026, 11, 26, 10, 0, tzinfo=UTC), OutsideNotice),
        (datetime(2027, 6, 1, 10, 0, tzinfo=UTC), BeyondHorizon),
        (datetime(2026, 11, 30, 10, 3, tzinfo=UTC), NotASlot),
        (datetime(2026, 11, 30, 16, 20, tzinfo=UTC), NotASlot),
        (datetime(2026, 11, 29, 10, 0, tzinfo=UTC), NotASlot),
    ],
    ids=["too soon", "yesterday", "too far", "off the grid", "past closing", "on a Sunday"],
)
def test_only_what_is_listed_can_be_booked(
    database: Database, house: House, now: datetime, starts_at: datetime, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), database.write() as session:
        book(session, house.order(house.ana, starts_at), now=now)


def test_somebody_who_does_not_give_the_service_cannot_be_booked(
    database: Database, house: House, now: datetime
) -> None:
    with database.write() as session:
        lee = a_working_practitioner(session, name="Lee", timezone="UTC")
    with pytest.raises(NotASlot), database.write() as session:
        book(session, an_order(house.service, lee, house.ana, MONDAY_TEN), now=now)


def test_an_evening_is_listed_under_its_own_local_day(database: Database) -> None:
    """Case 4: 20:00 on 2 February in New York is 01:00 UTC the next day."""
    now, zone = datetime(2027, 1, 25, 12, 0, tzinfo=UTC), ZoneInfo("America/New_York")
    eight, tuesday = datetime(2027, 2, 3, 1, 0, tzinfo=UTC), date(2027, 2, 2)
    with database.write() as session:
        evenings = [Window(1, 17 * 60, 21 * 60)]
        dana = a_working_practitioner(session, evenings, timezone="America/New_York")
        service = a_service(session, dana, step_minutes=60)
        listed = openings(session, service, [dana.id], tuesday, tuesday, zone, now=now)
        assert eight in [slot.starts_at for slot in listed]
        assert not openings(session, service, [dana.id], date(2027, 2, 3), date(2027, 2, 3), zone, now=now)
        assert book(session, an_order(service, dana, a_member(session), eight), now=now).starts_at == eight


def test_a_held_time_is_the_holders_until_it_expires(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        kept = keep(session, house, house.ana, now)
    with pytest.raises(SlotTaken), database.write() as session:
        book(session, house.order(house.ben, MONDAY_TEN), now=now + timedelta(minutes=9))
    late = kept.expires_at
    with database.read() as session:
        assert MONDAY_TEN in starts(session, house, MONDAY_TEN.date(), late)
    with database.write() as session:
        assert book(session, house.order(house.ben, MONDAY_TEN), now=late)
    with pytest.raises(SlotTaken), database.write() as session:
        book(session, house.order(house.ana, MONDAY_TEN, hold_id=kept.id), now=late)


def test_the_holder_books_what_they_hold(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        kept = keep(session, house, house.ana, now)
        assert keep(session, house, house.ana, now + timedelta(minutes=1)) == kept
    with database.write() as session:
        assert book(session, house.order(house.ana, MONDAY_TEN, hold_id=kept.id), now=now)


def test_a_member_holds_one_time_only(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        keep(session, house, house.ana, now)
        keep(session, house, house.ana, now, at=MONDAY_TEN + timedelta(hours=2))
        assert MONDAY_TEN in starts(session, house, MONDAY_TEN.date(), now)


def test_a_released_time_is_free_and_only_the_holder_releases(
    database: Database, house: House, now: datetime
) -> None:
    with database.write() as session:
        kept = keep(session, house, house.ana, now)
        release(session, kept.id, house.ben.id, now=now)
        assert MONDAY_TEN not in starts(session, house, MONDAY_TEN.date(), now)
        release(session, kept.id, house.ana.id, now=now)
        assert MONDAY_TEN in starts(session, house, MONDAY_TEN.date(), now)


def test_the_same_key_gives_the_first_appointment(database: Database, house: House, now: datetime) -> None:
    order = house.order(house.ana, MONDAY_TEN, key="one")
    with database.write() as session:
        first = book(session, order, now=now)
    with database.write() as session:
        again = book(session, order, now=now + timedelta(minutes=1))
        assert again.id == first.id
        assert len(of_member(session, house.ana.id)) == 1


def test_the_same_key_with_another_request_is_refused(
    database: Database, house: House, now: datetime
) -> None:
    with database.write() as session:
        book(session, house.order(house.ana, MONDAY_TEN, key="one"), now=now)
    with pytest.raises(KeyReused), database.write() as session:
        book(session, house.order(house.ana, MONDAY_TEN + timedelta(hours=2), key="one"), now=now)
    with database.write() as session:
        assert book(session, house.order(house.ben, MONDAY_TEN + timedelta(hours=2), key="one"), now=now)


def test_a_practitioner_books_on_behalf_of_a_member(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        made = book(session, house.order(house.ana, MONDAY_TEN, booked_by=house.dana.id), now=now)
    assert (made.member_id, made.booked_by) == (house.ana.id, house.dana.id)


def test_both_are_told_and_reminded(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        book(session, house.order(house.ana, MONDAY_TEN + timedelta(days=2)), now=now)
        told = owed(session)
    both = sorted([house.ana.id, house.dana.id])
    expected = [("appointment.booked", 0, one) for one in both]
    assert told == expected + sorted(("appointment.reminder", 0, one) for one in both * 3)


def keep(session: Session, house: House, member: Person, now: datetime, at: datetime = MONDAY_TEN) -> Hold:
    return hold(
        session,
        service_id=house.service.id,
        practitioner_id=house.dana.id,
        member_id=member.id,
        starts_at=at,
        now=now,
    )
