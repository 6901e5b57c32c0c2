"""Many come to one group session: every seat is given once, and one given back is free for the next."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from foundation.database import Database
from scheduling.appointments import Book, SlotTaken, book, cancel, hold, move, release
from scheduling.group_records import Seat
from scheduling.holds import KEPT_FOR
from scheduling.kept import kept_time
from scheduling.occupancy import delete_expired
from scheduling.openings import openings
from scheduling.seat_counts import TAKEN_CHECK
from scheduling.seats import members_in
from tests.builders.groups import GroupHouse, active_session, occurrences, some_members
from tests.builders.scheduling import a_service, an_order

TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
NOON = TEN + timedelta(hours=2)
CROWD = 100


def a_house(database: Database, seats: int = 8) -> GroupHouse:
    with database.write() as session:
        return GroupHouse(session, seats)


def test_case_6_a_hundred_race_for_one_seat_and_one_is_booked(database: Database, now: datetime) -> None:
    house = a_house(database, 1)
    outcomes = race(database, orders_of_many(database, house, CROWD), now)
    assert Counter(outcomes) == {"booked": 1, "taken": CROWD - 1}


def test_case_6_a_hundred_race_for_eight_seats_and_eight_are_booked(
    database: Database, now: datetime
) -> None:
    house = a_house(database, 8)
    outcomes = race(database, orders_of_many(database, house, CROWD), now)
    assert Counter(outcomes) == {"booked": 8, "taken": CROWD - 8}
    assert seats_given(database, TEN) == 8


def test_case_6_the_same_client_twice_gets_one_seat(database: Database, now: datetime) -> None:
    house = a_house(database)
    outcomes = race(database, [house.order(house.ana, TEN)] * 2, now)
    assert Counter(outcomes) == {"booked": 1, "taken": 1}
    assert seats_given(database, TEN) == 1


def test_case_6_a_replayed_key_gives_the_same_reply(database: Database, now: datetime) -> None:
    house = a_house(database)
    order = house.order(house.ana, TEN, key="the same")
    assert race(database, [order] * 6, now) == ["booked"] * 6
    with database.write() as session:
        assert book(session, order, now=now).id == book(session, order, now=now).id
    assert seats_given(database, TEN) == 1


def test_the_table_alone_refuses_a_seat_too_many(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = a_house(database, 3)
    forget_to_look(monkeypatch)
    count_blindly(monkeypatch)
    outcomes = race(database, orders_of_many(database, house, 12), now)
    assert Counter(outcomes) == {"booked": 3, "taken": 9}


def test_without_condition_and_check_everybody_gets_a_seat(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This shows that the races above can fail."""
    house = a_house(database, 3)
    forget_to_look(monkeypatch)
    count_blindly(monkeypatch)
    drop_the_check(database)
    assert Counter(race(database, orders_of_many(database, house, 12), now)) == {"booked": 12}


def test_a_session_is_listed_while_it_has_a_seat(database: Database, now: datetime) -> None:
    house = a_house(database, 3)
    ana, *others = orders_of_many(database, house, 3)
    with database.write() as session:
        book(session, ana, now=now)
        assert TEN in starts(session, house, now)
        assert TEN not in starts(session, house, now, ana.member_id), "who sits in it already"
        assert TEN + timedelta(minutes=10) not in starts(session, house, now), "its practitioner is busy"
        for order in others:
            book(session, order, now=now)
        assert TEN not in starts(session, house, now)


def test_a_seat_given_back_is_free_and_the_last_one_closes_the_session(
    database: Database, now: datetime
) -> None:
    house = a_house(database, 3)
    with database.write() as session:
        booked = [book(session, one, now=now) for one in orders_of_many(database, house, 3, session)]
        cancel(session, booked[0].id, by=booked[0].member_id, now=now)
        assert taken(session, TEN) == 2
        book(session, house.order(house.ana, TEN), now=now)
        for one in members_in(session, booked[1].occurrence_id or ""):
            cancel(session, one.id, by=house.dana.id, now=now)
        assert active_session(session, TEN) is None
        assert TEN + timedelta(minutes=10) in starts(session, house, now)
        again = book(session, house.order(house.ana, TEN), now=now)
        assert again.occurrence_id != booked[1].occurrence_id


def test_a_seat_moves_to_another_session_or_opens_one(database: Database, now: datetime) -> None:
    house = a_house(database, 3)
    with database.write() as session:
        ana = book(session, house.order(house.ana, TEN), now=now)
        ben = book(session, house.order(house.ben, NOON), now=now)
        move(session, ana.id, NOON, revision=0, by=house.ana.id, now=now)
        assert (active_session(session, TEN), taken(session, NOON)) == (None, 2)
        assert {one.id for one in members_in(session, ben.occurrence_id or "")} == {ana.id, ben.id}
        move(session, ana.id, TEN, revision=1, by=house.ana.id, now=now)
        assert (taken(session, TEN), taken(session, NOON)) == (1, 1)


def test_a_member_has_one_time_whoever_leads(database: Database, now: datetime) -> None:
    """The member's own row stands in the table, so that no other booking fits beside the seat."""
    house = a_house(database)
    with database.write() as session:
        talk = a_service(session, house.dana, step_minutes=10)
        book(session, house.order(house.ana, TEN), now=now)
    with pytest.raises(SlotTaken), database.write() as session:
        book(session, an_order(talk, house.dana, house.ana, TEN), now=now)


def test_a_held_seat_counts_until_it_runs_out(database: Database, now: datetime) -> None:
    house = a_house(database, 3)
    with database.write() as session:
        for order in orders_of_many(database, house, 2, session):
            book(session, order, now=now)
        kept = hold(session, **wanted(house), now=now)
        assert kept == hold(session, **wanted(house), now=now)
        found = kept_time(session, house.ana.id, house.service, now=now)
        assert found and (found.practitioner_id, found.starts_at) == (house.dana.id, TEN)
    with pytest.raises(SlotTaken) as refusal, database.write() as session:
        book(session, house.order(house.ben, TEN), now=now)
    assert refusal.value.alternatives
    later = now + KEPT_FOR
    with database.write() as session:
        assert TEN in starts(session, house, later)
        book(session, house.order(house.ben, TEN), now=later)
        assert taken(session, TEN) == 3
        assert delete_expired(session, now=later) == 0


def test_a_held_seat_becomes_the_booked_one_or_is_let_go(database: Database, now: datetime) -> None:
    house = a_house(database, 3)
    with database.write() as session:
        kept = hold(session, **wanted(house), now=now)
        book(session, house.order(house.ana, TEN, hold_id=kept.id), now=now)
        assert taken(session, TEN) == 1
        other = hold(session, **wanted(house) | {"member_id": house.ben.id}, now=now)
        assert taken(session, TEN) == 2
        release(session, other.id, house.ben.id, now=now)
        assert taken(session, TEN) == 1


def test_a_hold_alone_opens_a_session_and_closes_it(database: Database, now: datetime) -> None:
    house = a_house(database)
    with database.write() as session:
        hold(session, **wanted(house), now=now)
        assert delete_expired(session, now=now + KEPT_FOR) == 1
        assert [(one.status, one.taken) for one in occurrences(session)] == [("cancelled", 0)]
        assert TEN + timedelta(minutes=10) in starts(session, house, now)


def wanted(house: GroupHouse) -> dict[str, Any]:
    ids = {"service_id": house.service.id, "practitioner_id": house.dana.id, "member_id": house.ana.id}
    return {**ids, "starts_at": TEN}


def orders_of_many(
    database: Database, house: GroupHouse, count: int, session: Session | None = None
) -> list[Book]:
    if session is not None:
        return [house.order(one, TEN) for one in some_members(session, count)]
    with database.write() as own:
        return [house.order(one, TEN) for one in some_members(own, count)]


def race(database: Database, orders: Sequence[Book], now: datetime) -> list[str]:
    """Everybody starts at the same moment."""
    together = Barrier(len(orders))

    def run(order: Book) -> str:
        together.wait(timeout=60)
        try:
            database.change(lambda session: book(session, order, now=now))
        except SlotTaken:
            return "taken"
        return "booked"

    with ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(run, orders))


def starts(
    session: Session, house: GroupHouse, now: datetime, member_id: str | None = None
) -> list[datetime]:
    day, utc = date(2026, 11, 30), ZoneInfo("UTC")
    found = openings(session, house.service, [house.dana.id], day, day, utc, now=now, member_id=member_id)
    return [slot.starts_at for slot in found]


def taken(session: Session, starts_at: datetime) -> int:
    session.expire_all()
    found = active_session(session, starts_at)
    return found.taken if found else 0


def seats_given(database: Database, starts_at: datetime) -> int:
    with database.read() as session:
        rows = session.scalar(select(func.count()).select_from(Seat)) or 0
        assert taken(session, starts_at) == rows
    return rows


def forget_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduling.booking.require_open", lambda *_args, **_named: ())


def count_blindly(monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody would write it who does not think of two at once."""

    def count_in(session: Session, occurrence_id: str) -> bool:
        one_more = text("UPDATE group_occurrence SET taken = taken + 1 WHERE id = :id")
        session.execute(one_more, {"id": occurrence_id})
        return True

    monkeypatch.setattr("scheduling.seats.count_in", count_in)


def drop_the_check(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        blind = "PRAGMA ignore_check_constraints = ON"
        event.listen(database.engine, "checkout", lambda connection, *_: connection.execute(blind))
        return
    with database.write() as session:
        session.execute(text(f"ALTER TABLE group_occurrence DROP CONSTRAINT {TAKEN_CHECK}"))
