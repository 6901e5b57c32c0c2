"""Many want the same time at once: exactly one gets it, and the test would notice if two did."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from foundation.database import Database, is_postgres
from scheduling.appointments import Book, SlotTaken, book
from scheduling.occupancy import MEMBER_OVERLAP, PRACTITIONER_OVERLAP, Occupancy
from tests.builders.people import a_member
from tests.builders.scheduling import House

TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
MANY = 12


@pytest.fixture
def house(database: Database) -> House:
    with database.write() as session:
        return House(session)


def test_R38_many_race_and_exactly_one_is_booked(database: Database, house: House, now: datetime) -> None:
    """Case 6: the losers are told so, with other times; nobody sees an error of the database."""
    outcomes = race(database, rivals(database, house), now)
    assert Counter(outcomes) == {"booked": 1, "taken": MANY - 1}
    assert active_rows(database) == 1


def test_ten_to_ten_fifty_races_half_past_ten(database: Database, house: House, now: datetime) -> None:
    """Case 5: overlapping, not equal."""
    later = TEN + timedelta(minutes=30)
    orders = [house.order(house.ana, TEN), house.order(house.ben, later)]
    assert Counter(race(database, orders, now)) == {"booked": 1, "taken": 1}


def test_one_request_sent_many_times_at_once_is_booked_once(
    database: Database, house: House, now: datetime
) -> None:
    orders = [house.order(house.ana, TEN, key="the same")] * MANY
    assert Counter(race(database, orders, now)) == {"booked": MANY}
    assert active_rows(database) == 1


def test_R38_the_database_alone_stops_the_race(
    database: Database, house: House, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code forgets to look; the constraint still lets only one in, and the rest hear it in our words."""
    forget_to_look(monkeypatch)
    outcomes = race(database, rivals(database, house), now)
    assert Counter(outcomes) == {"booked": 1, "taken": MANY - 1}


def test_without_the_constraint_the_race_is_lost(
    database: Database, house: House, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This shows that the tests above can fail: without the guard, the same race books everybody."""
    forget_to_look(monkeypatch)
    drop_guards(database)
    outcomes = race(database, rivals(database, house), now)
    assert Counter(outcomes) == {"booked": MANY}
    assert active_rows(database) == MANY


@pytest.mark.parametrize("side", ["practitioner_id", "member_id"])
@pytest.mark.parametrize("minutes", [-59, 0, 30, 59])
def test_the_table_refuses_an_overlap_on_either_side(
    database: Database, house: House, side: str, minutes: int
) -> None:
    with database.write() as session:
        session.add(an_hour(TEN, **{side: house.ana.id}))
    with pytest.raises(IntegrityError, match="_overlap"), database.write() as session:
        session.add(an_hour(TEN + timedelta(minutes=minutes), **{side: house.ana.id}))


def test_the_table_refuses_an_overlap_by_update(database: Database, house: House) -> None:
    with database.write() as session:
        session.add(an_hour(TEN, practitioner_id=house.dana.id))
        after = an_hour(TEN + timedelta(hours=1), practitioner_id=house.dana.id)
        gone = an_hour(TEN, practitioner_id=house.dana.id, status="released")
        session.add_all([after, gone])
    for change in (
        f"UPDATE occupancy SET starts_at = (SELECT min(starts_at) FROM occupancy) WHERE id = '{after.id}'",
        f"UPDATE occupancy SET status = 'active' WHERE id = '{gone.id}'",
    ):
        with pytest.raises(IntegrityError, match=PRACTITIONER_OVERLAP), database.write() as session:
            session.execute(text(change))


def test_touching_released_and_imported_times_are_no_overlap(database: Database, house: House) -> None:
    with database.write() as session:
        session.add(an_hour(TEN, practitioner_id=house.dana.id))
        session.add(an_hour(TEN + timedelta(hours=1), practitioner_id=house.dana.id))
        session.add(an_hour(TEN, practitioner_id=house.dana.id, status="released"))
        session.add_all(an_hour(TEN, practitioner_id=house.dana.id, kind="external") for _ in range(2))


def test_nothing_takes_longer_than_a_day(database: Database, house: House) -> None:
    day = {"practitioner_id": house.dana.id, "starts_at": TEN, "kind": "external"}
    with database.write() as session:
        session.add(Occupancy(**day, ends_at=TEN + timedelta(hours=24)))
    with pytest.raises(IntegrityError, match="occupancy_length"), database.write() as session:
        session.add(Occupancy(**day, ends_at=TEN + timedelta(hours=24, seconds=1)))


def rivals(database: Database, house: House) -> list[Book]:
    with database.write() as session:
        members = [a_member(session, name=f"Rival {number}") for number in range(MANY)]
    return [house.order(member, TEN) for member in members]


def race(database: Database, orders: Sequence[Book], now: datetime) -> list[str]:
    """Everybody starts at the same moment, each with a thread and a connection of their own."""
    start = Barrier(len(orders))

    def run(order: Book) -> str:
        start.wait(timeout=60)
        return attempt(database, order, now)

    with ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(run, orders))


def attempt(database: Database, order: Book, now: datetime) -> str:
    try:
        with database.write() as session:
            book(session, order, now=now)
    except SlotTaken as refusal:
        assert refusal.alternatives
        return "taken"
    return "booked"


def forget_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_away(*_args: object, **_named: object) -> None: ...

    monkeypatch.setattr("scheduling.booking.require_open", look_away)


def drop_guards(database: Database) -> None:
    names = (PRACTITIONER_OVERLAP, MEMBER_OVERLAP)
    with database.write() as session:
        for name in names:
            if is_postgres(session):
                session.execute(text(f"ALTER TABLE occupancy DROP CONSTRAINT {name}"))
            else:
                session.execute(text(f"DROP TRIGGER {name}_insert"))


def active_rows(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(Occupancy.status == "active")) or 0


def an_hour(starts_at: datetime, kind: str = "group", **more: str) -> Occupancy:
    return Occupancy(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), kind=kind, **more)
