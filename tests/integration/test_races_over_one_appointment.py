"""Two want different things of one appointment, hold or hour: one wins, and the mails agree with the rows."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database import Database
from foundation.errors import DomainError
from foundation.outbox import Delivery
from scheduling.appointments import Appointment, Book, Status, book, cancel, find_appointment, hold, move
from scheduling.holds import KEPT_FOR
from scheduling.occupancy import Occupancy, delete_expired
from tests.builders.scheduling import House, a_service, a_working_practitioner, an_order

TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
NOON = TEN + timedelta(hours=2)
ROUNDS = 6
Act = Callable[[Session], object]


@pytest.fixture
def house(database: Database) -> House:
    with database.write() as session:
        return House(session)


def at_once(database: Database, *acts: Act) -> list[object]:
    """All begin together; an act that was refused gives its refusal."""
    ready = Barrier(len(acts))

    def run(act: Act) -> object:
        ready.wait(10)
        try:
            with database.write() as session:
                return act(session)
        except DomainError as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refusals(outcomes: Sequence[object]) -> list[str]:
    return sorted(one.code for one in outcomes if isinstance(one, DomainError))


def waiting(database: Database, appointment_id: str) -> set[tuple[str, int]]:
    """The kinds and revisions of what is still to be said about an appointment."""
    with database.read() as session:
        found = session.scalars(select(Delivery).where(Delivery.state == "waiting"))
        owed = [(one.kind, one.refs) for one in found]
    return {(kind, refs["revision"]) for kind, refs in owed if refs["appointment"] == appointment_id}


def rows(database: Database) -> list[tuple[str, datetime]]:
    with database.read() as session:
        taken = select(Occupancy).where(Occupancy.status == "active").order_by(Occupancy.starts_at)
        return [(one.kind, one.starts_at) for one in session.scalars(taken)]


def test_a_move_and_a_cancellation_in_the_same_moment(
    database: Database, house: House, now: datetime
) -> None:
    for number in range(ROUNDS):
        start = TEN + timedelta(days=number % 5, hours=number // 5)
        with database.write() as session:
            booked = book(session, house.order(house.ana, start), now=now)
        assert refusals(move_and_cancel(database, booked, house, now)) in ([], ["already_cancelled"])
        with database.read() as session:
            left = find_appointment(session, booked.id)
        assert left.status == Status.CANCELLED
        assert waiting(database, booked.id) == {("appointment.cancelled", left.revision)}
        assert rows(database) == []


def move_and_cancel(database: Database, booked: Appointment, house: House, now: datetime) -> list[object]:
    later = booked.starts_at + timedelta(minutes=20)
    return at_once(
        database,
        lambda s: move(s, booked.id, later, revision=0, by=house.dana.id, now=now),
        lambda s: cancel(s, booked.id, by=house.ana.id, now=now),
    )


def test_two_moves_in_the_same_moment_leave_one_time_and_its_own_mails(
    database: Database, house: House, now: datetime
) -> None:
    with database.write() as session:
        booked = book(session, house.order(house.ana, TEN), now=now)
    outcomes = at_once(
        database,
        *[
            lambda s, n=n: move(
                s, booked.id, NOON + timedelta(minutes=10 * n), revision=0, by=house.ana.id, now=now
            )
            for n in range(4)
        ],
    )
    assert refusals(outcomes) == ["stale"] * 3
    with database.read() as session:
        left = find_appointment(session, booked.id)
    assert rows(database) == [("appointment", left.starts_at)]
    assert {revision for _, revision in waiting(database, booked.id)} == {left.revision} == {1}


def test_two_who_change_places_do_not_wait_for_each_other(
    database: Database, house: House, now: datetime
) -> None:
    """Each moves to where the other is: both are refused, or one finds the place left; nobody hangs."""
    with database.write() as session:
        one = book(session, house.order(house.ana, TEN), now=now)
        two = book(session, house.order(house.ben, NOON), now=now)
    outcomes = at_once(
        database,
        lambda s: move(s, one.id, NOON, revision=0, by=house.ana.id, now=now),
        lambda s: move(s, two.id, TEN, revision=0, by=house.ben.id, now=now),
    )
    assert refusals(outcomes) == ["slot_taken", "slot_taken"]
    assert rows(database) == [("appointment", TEN), ("appointment", NOON)]


def test_one_member_books_two_practitioners_at_once(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        eli = a_working_practitioner(session, name="Eli", timezone="UTC")
        talk = a_service(session, eli, step_minutes=10)
    half_past = TEN + timedelta(minutes=30)
    for number in range(ROUNDS):
        away = timedelta(days=number % 5, hours=2 * (number // 5))
        orders = [
            house.order(house.ana, TEN + away),
            an_order(talk, eli, house.ana, half_past + away),
        ]
        outcomes = at_once(database, *[lambda s, order=order: book(s, order, now=now) for order in orders])
        assert refusals(outcomes) == ["slot_taken"]
        assert len(rows(database)) == number + 1


def test_two_holds_of_one_member_leave_one(database: Database, house: House, now: datetime) -> None:
    def keep(starts_at: datetime) -> Act:
        return lambda s: hold(
            s, service_id=house.service.id, practitioner_id=house.dana.id,
            member_id=house.ana.id, starts_at=starts_at, now=now,
        )  # fmt: skip

    assert refusals(at_once(database, keep(TEN), keep(NOON), keep(TEN))) == []
    assert len(rows(database)) == 1


def test_a_hold_that_expires_while_it_is_confirmed(database: Database, house: House, now: datetime) -> None:
    """Its owner, somebody else who waited for it, and the sweep that takes it away: one booking."""
    with database.write() as session:
        kept = hold(
            session, service_id=house.service.id, practitioner_id=house.dana.id,
            member_id=house.ana.id, starts_at=TEN, now=now,
        )  # fmt: skip
    over = now + KEPT_FOR

    def take(order: Book) -> Act:
        return lambda s: book(s, order, now=over)

    outcomes = at_once(
        database,
        take(house.order(house.ana, TEN, hold_id=kept.id)),
        take(house.order(house.ben, TEN)),
        lambda s: delete_expired(s, now=over),
    )
    assert refusals(outcomes) == ["slot_taken"]
    assert sum(isinstance(one, Appointment) for one in outcomes) == 1
    assert rows(database) == [("appointment", TEN)]


def test_until_it_expires_a_hold_is_its_owners(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        hold(
            session, service_id=house.service.id, practitioner_id=house.dana.id,
            member_id=house.ana.id, starts_at=TEN, now=now,
        )  # fmt: skip
    nearly = now + KEPT_FOR - timedelta(seconds=1)
    outcomes = at_once(
        database,
        lambda s: book(s, house.order(house.ben, TEN), now=nearly),
        lambda s: book(s, house.order(house.ana, TEN), now=nearly),
    )
    assert refusals(outcomes) == ["slot_taken"]
    assert isinstance(outcomes[1], Appointment)
