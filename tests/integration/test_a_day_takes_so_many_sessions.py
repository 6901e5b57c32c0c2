"""A practitioner's limits a day and a week: full days list nothing, and no race gets past them."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest

from foundation.database import Database
from scheduling.appointments import Book, LimitReached, book, cancel, hold, move
from scheduling.availability import Window
from scheduling.hours import BadHours, load_hours, save_hours
from scheduling.occupancy import Occupancy
from scheduling.openings import openings
from tests.builders.people import a_member
from tests.builders.scheduling import House, a_service, a_working_practitioner, an_order

TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def house(database: Database) -> House:
    with database.write() as session:
        return House(session)


def limit(database: Database, house: House, daily: int | None = None, weekly: int | None = None) -> None:
    with database.write() as session:
        hours = replace(load_hours(session, house.dana.id), daily_limit=daily, weekly_limit=weekly)
        save_hours(session, house.dana.id, hours, now=TEN - 300 * DAY, by=house.dana.id)


def open_days(database: Database, house: House, now: datetime, ignoring: str | None = None) -> list[date]:
    with database.read() as session:
        week = TEN.date(), TEN.date() + 8 * DAY
        who, zone = [house.dana.id], ZoneInfo("UTC")
        free = openings(session, house.service, who, *week, zone, now=now, ignoring=ignoring)
    return sorted({slot.starts_at.date() for slot in free})


def test_limits_come_back_as_they_were_saved(database: Database, house: House) -> None:
    limit(database, house, daily=6, weekly=25)
    with database.read() as session:
        found = load_hours(session, house.dana.id)
    assert (found.daily_limit, found.weekly_limit) == (6, 25)


@pytest.mark.parametrize("most", [0, -1, 1001])
def test_a_limit_that_cannot_be_meant_is_refused(database: Database, house: House, most: int) -> None:
    with pytest.raises(BadHours):
        limit(database, house, daily=most)


def test_a_full_day_lists_nothing_and_books_nothing(database: Database, house: House, now: datetime) -> None:
    limit(database, house, daily=1)
    with database.write() as session:
        made = book(session, house.order(house.ana, TEN), now=now)
    assert TEN.date() not in open_days(database, house, now)
    assert TEN.date() + DAY in open_days(database, house, now)
    with pytest.raises(LimitReached), database.write() as session:
        book(session, house.order(house.ben, TEN + 3 * HOUR), now=now)
    with database.write() as session:
        cancel(session, made.id, by=house.ana.id, now=now)
        assert book(session, house.order(house.ben, TEN + 3 * HOUR), now=now)


def test_a_full_week_ends_on_sunday(database: Database, house: House, now: datetime) -> None:
    limit(database, house, weekly=2)
    with database.write() as session:
        for number in range(2):
            book(session, house.order(house.ana, TEN + number * DAY), now=now)
    assert open_days(database, house, now) == [TEN.date() + 7 * DAY, TEN.date() + 8 * DAY]


def test_an_appointment_moves_within_its_own_full_day(
    database: Database, house: House, now: datetime
) -> None:
    limit(database, house, daily=1)
    with database.write() as session:
        made = book(session, house.order(house.ana, TEN), now=now)
    assert TEN.date() in open_days(database, house, now, ignoring=made.id)
    with database.write() as session:
        assert move(session, made.id, TEN + 2 * HOUR, revision=0, by=house.ana.id, now=now)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [("hold", True), ("offer", True), ("group", True), ("block", False), ("external", False)],
)
def test_sessions_count_and_other_taken_time_does_not(
    database: Database, house: House, now: datetime, kind: str, counts: bool
) -> None:
    limit(database, house, daily=1)
    later = now + HOUR if kind in {"hold", "offer"} else None
    with database.write() as session:
        row = Occupancy(practitioner_id=house.dana.id, kind=kind, expires_at=later)
        row.starts_at, row.ends_at = TEN, TEN + HOUR
        session.add(row)
    assert (TEN.date() not in open_days(database, house, now)) is counts


def test_whoever_holds_the_last_session_of_a_day_can_book_it(
    database: Database, house: House, now: datetime
) -> None:
    limit(database, house, daily=1)
    with database.write() as session:
        hold(
            session, service_id=house.service.id, practitioner_id=house.dana.id,
            member_id=house.ana.id, starts_at=TEN, now=now,
        )  # fmt: skip
    with pytest.raises(LimitReached), database.write() as session:
        book(session, house.order(house.ben, TEN + 3 * HOUR), now=now)
    with database.write() as session:
        assert book(session, house.order(house.ana, TEN), now=now)


def test_case_4_an_evening_abroad_counts_on_its_own_date(database: Database) -> None:
    """20:00 in New York on 2 February is the 3rd in UTC: the 2nd is full, the 3rd is not."""
    now, zone = datetime(2027, 1, 25, 12, 0, tzinfo=UTC), ZoneInfo("America/New_York")
    eight, tuesday = datetime(2027, 2, 3, 1, 0, tzinfo=UTC), date(2027, 2, 2)
    evenings = [Window(1, 17 * 60, 21 * 60), Window(2, 17 * 60, 21 * 60)]
    with database.write() as session:
        dana = a_working_practitioner(session, evenings, timezone="America/New_York")
        hours = replace(load_hours(session, dana.id), daily_limit=1)
        save_hours(session, dana.id, hours, now=now, by=dana.id)
        service = a_service(session, dana, step_minutes=60)
        book(session, an_order(service, dana, a_member(session), eight), now=now)
        assert openings(session, service, [dana.id], tuesday, tuesday, zone, now=now) == []
        assert openings(session, service, [dana.id], tuesday + DAY, tuesday + DAY, zone, now=now)


@pytest.mark.parametrize("limits", [{"daily": 2}, {"weekly": 2}], ids=["a day", "a week"])
def test_no_race_gets_past_a_limit(
    database: Database, house: House, now: datetime, limits: dict[str, int]
) -> None:
    limit(database, house, **limits)
    assert Counter(race(database, rivals(database, house), now)) == {"booked": 2, "limit_reached": 4}


def test_without_the_second_look_a_race_gets_past_the_limit(
    database: Database, house: House, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This shows that the test above can fail: the times do not overlap, so no constraint stops them."""
    limit(database, house, daily=2)
    monkeypatch.setattr("scheduling.booking.require_open", lambda *_args, **_named: ())
    assert Counter(race(database, rivals(database, house), now)) == {"booked": 6}


def rivals(database: Database, house: House) -> list[Book]:
    """Six members who want six hours of the same day."""
    with database.write() as session:
        members = [a_member(session, name=f"Rival {number}") for number in range(6)]
    return [house.order(member, TEN + number * HOUR) for number, member in enumerate(members)]


def race(database: Database, orders: Sequence[Book], now: datetime) -> list[str]:
    start = Barrier(len(orders))

    def run(order: Book) -> str:
        start.wait(timeout=60)
        try:
            with database.write() as session:
                book(session, order, now=now)
        except LimitReached as refusal:
            return refusal.code
        return "booked"

    with ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(run, orders))
