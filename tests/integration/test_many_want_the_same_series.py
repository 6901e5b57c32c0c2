"""A hundred want twelve Tuesdays at three with one practitioner: one gets them, the rest hear why not."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from foundation.database import Database, is_postgres
from scheduling.occupancy import MEMBER_OVERLAP, PRACTITIONER_OVERLAP, Occupancy
from scheduling.series import BookSeries, SeriesConflict, book_series
from tests.builders.people import a_member
from tests.builders.scheduling import a_service, a_working_practitioner, weekdays
from tests.builders.series import DECEMBER, NEW_YORK, TUESDAYS, Practice

MANY, DATES = 100, 12


@pytest.fixture
def practice(database: Database) -> Practice:
    with database.write() as session:
        return Practice(session)


def test_a_hundred_race_for_twelve_tuesdays_and_exactly_one_has_them(
    database: Database, practice: Practice
) -> None:
    """Nobody meets a deadlock, or any other error of the database."""
    outcomes = race(database, rivals(database, practice, MANY))
    assert Counter(outcomes) == {"booked": 1, "refused": MANY - 1}
    assert active_rows(database) == DATES


def test_case_7_two_series_in_opposite_order_meet_no_deadlock(database: Database, practice: Practice) -> None:
    """Tuesdays at three, given first to last and last to first: one has them, the other is told of each."""
    first, *_ = rivals(database, practice, 1)
    tuesdays = [TUESDAYS.astimezone(NEW_YORK) + timedelta(weeks=number) for number in range(DATES)]
    last_first = {one.date(): other for one, other in zip(tuesdays, reversed(tuesdays), strict=True)}
    backwards = practice.order(count=DATES, moved=last_first, member_id=practice.ben.id)
    for _ in range(3):
        assert Counter(race(database, [first, backwards])) == {"booked": 1, "refused": 1}
        assert active_rows(database) == DATES
        clear(database)


def test_case_7_two_practitioners_and_two_members_crosswise(database: Database, practice: Practice) -> None:
    """Two series that share a member each with the other's practitioner wait for one another in no ring."""
    with database.write() as session:
        ines = a_working_practitioner(session, weekdays(9, 19), name="Ines", timezone="America/New_York")
        service = a_service(session, practice.dana, ines, step_minutes=60)
    orders = [
        replace(practice.order(), service_id=service.id, practitioner_id=one.id, member_id=member.id)
        for one in (practice.dana, ines)
        for member in (practice.ana, practice.ben)
    ]
    assert Counter(race(database, orders)) == {"booked": 2, "refused": 2}


def test_the_database_alone_stops_the_race_for_a_series(
    database: Database, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The code forgets to look; the constraint still lets one in, and the rest hear it in our words."""
    forget_to_look(monkeypatch)
    assert Counter(race(database, rivals(database, practice, 8))) == {"booked": 1, "refused": 7}
    assert active_rows(database) == DATES


def test_without_the_constraint_the_race_for_a_series_is_lost(
    database: Database, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This shows that the tests above can fail: without look and guard, everybody has the same Tuesdays."""
    forget_to_look(monkeypatch)
    drop_guards(database)
    assert Counter(race(database, rivals(database, practice, 8))) == {"booked": 8}


def rivals(database: Database, practice: Practice, many: int) -> list[BookSeries]:
    with database.write() as session:
        members = [a_member(session, name=f"Rival {number}") for number in range(many)]
    return [practice.order(count=DATES, member_id=one.id) for one in members]


def race(database: Database, orders: Sequence[BookSeries]) -> list[str]:
    """Everybody starts at the same moment, each with a thread and a connection of their own."""
    start = Barrier(len(orders))

    def run(order: BookSeries) -> str:
        start.wait(timeout=60)
        return attempt(database, order)

    with ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(run, orders))


def attempt(database: Database, order: BookSeries) -> str:
    try:
        database.change(lambda session: book_series(session, order, now=DECEMBER))
    except SeriesConflict as refusal:
        assert len(refusal.conflicts) in {1, DATES}
        return "refused"
    return "booked"


def forget_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduling.series_check._Ground._verdict", lambda *_given: (None, ()))


def drop_guards(database: Database) -> None:
    with database.write() as session:
        for name in (PRACTITIONER_OVERLAP, MEMBER_OVERLAP):
            if is_postgres(session):
                session.execute(text(f"ALTER TABLE occupancy DROP CONSTRAINT {name}"))
            else:
                session.execute(text(f"DROP TRIGGER {name}_insert"))


def clear(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE occupancy SET status = 'released'"))


def active_rows(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(Occupancy.status == "active")) or 0
