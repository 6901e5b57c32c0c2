"""Cases 1 to 5 of the booking spec: what is listed is what can be booked, on the days clocks change too."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.database import Database
from scheduling.appointments import LimitReached, NotASlot, SlotTaken, book
from scheduling.availability import Window
from scheduling.hours import load_hours, save_hours
from scheduling.openings import openings
from scheduling.services import Service
from tests.builders.people import a_member
from tests.builders.scheduling import House, a_service, a_working_practitioner, an_order
from web.slot_days import days_of

NEW_YORK = ZoneInfo("America/New_York")
WINTER = datetime(2027, 1, 25, 12, 0, tzinfo=UTC)
HALF_HOUR, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
MONDAY_TEN = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)


class Abroad:
    """A practitioner in New York who works in one window, an hour each without a gap, on the half hour."""

    def __init__(self, session: Session, weekday: int, opens: float, closes: float, **service: Any) -> None:
        window = Window(weekday, int(opens * 60), int(closes * 60))
        self.dana: Person = a_working_practitioner(session, [window], timezone="America/New_York")
        chosen = {"minutes": 60, "gap_minutes": 0, "step_minutes": 30, "horizon_days": 366}
        self.service: Service = a_service(session, self.dana, **chosen | service)

    def listed(self, session: Session, day: date, now: datetime = WINTER) -> list[datetime]:
        found = openings(session, self.service, [self.dana.id], day, day, NEW_YORK, now=now)
        return [slot.starts_at for slot in found]

    def book(self, session: Session, starts_at: datetime, now: datetime = WINTER) -> None:
        book(session, an_order(self.service, self.dana, a_member(session), starts_at), now=now)


def test_case_1_monday_at_five_stays_monday_at_five(database: Database) -> None:
    """17:00 in New York is 22:00Z on 8 March 2027, and 21:00Z a week later."""
    mondays = {date(2027, 3, 8): 22, date(2027, 3, 15): 21}
    with database.write() as session:
        clinic = Abroad(session, 0, 17, 18)
        for day, hour in mondays.items():
            five = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            assert clinic.listed(session, day) == [five]
            clinic.book(session, five)
            assert clinic.listed(session, day) == []


def test_case_2_what_the_clocks_jump_over_is_neither_listed_nor_booked(database: Database) -> None:
    """On 14 March 2027 from 01:00 to 04:00: exactly 01:00, 01:30 and 03:00."""
    with database.write() as session:
        clinic = Abroad(session, 6, 1, 4)
        found = clinic.listed(session, date(2027, 3, 14))
        assert [f"{one.astimezone(NEW_YORK):%H:%M}" for one in found] == ["01:00", "01:30", "03:00"]
        with pytest.raises(NotASlot):
            clinic.book(session, found[-1] + HALF_HOUR)
        clinic.book(session, found[0])
        assert clinic.listed(session, date(2027, 3, 14)) == [found[-1]]


def test_case_3_what_comes_twice_is_listed_twice_and_told_apart(database: Database) -> None:
    """On 7 November 2027 from 00:30 to 03:00: six slots from 04:30Z to 07:00Z."""
    night, autumn = date(2027, 11, 7), datetime(2027, 10, 25, 12, 0, tzinfo=UTC)
    with database.write() as session:
        clinic = Abroad(session, 6, 0.5, 3)
        found = openings(session, clinic.service, [clinic.dana.id], night, night, NEW_YORK, now=autumn)
        first = datetime(2027, 11, 7, 4, 30, tzinfo=UTC)
        assert [slot.starts_at for slot in found] == [first + HALF_HOUR * number for number in range(6)]
        for one_o_clock in (first + HALF_HOUR, first + HALF_HOUR + HOUR):
            clinic.book(session, one_o_clock, autumn)
    [day] = [one for one in days_of(found, night, night, NEW_YORK) if one.choices]
    assert [choice.label for choice in day.choices] == [
        "12:30 am", "1:00 am EDT", "1:30 am EDT", "1:00 am EST", "1:30 am EST", "2:00 am",
    ]  # fmt: skip


def test_case_4_an_evening_belongs_to_its_own_local_date(database: Database) -> None:
    """20:00 in New York on 2 February 2027 is 01:00Z the next day; a daily limit counts it on the 2nd."""
    tuesday, eight = date(2027, 2, 2), datetime(2027, 2, 3, 1, 0, tzinfo=UTC)
    with database.write() as session:
        clinic = Abroad(session, 1, 17, 21)
        assert eight in clinic.listed(session, tuesday)
        assert clinic.listed(session, tuesday + DAY) == []
        hours = replace(load_hours(session, clinic.dana.id), daily_limit=1)
        save_hours(session, clinic.dana.id, hours, now=WINTER, by=clinic.dana.id)
        clinic.book(session, eight)
        assert clinic.listed(session, tuesday) == []
        with pytest.raises(LimitReached):
            clinic.book(session, eight - 2 * HOUR)
        assert len(clinic.listed(session, tuesday + 7 * DAY)) == 7


def test_case_5_the_gap_is_kept_and_not_a_minute_more(database: Database, now: datetime) -> None:
    """Booked 10:00 to 10:50 with ten minutes after it: 10:50 is refused, 11:00 is not."""
    with database.write() as session:
        house = House(session)
        book(session, house.order(house.ana, MONDAY_TEN), now=now)
    with pytest.raises(SlotTaken), database.write() as session:
        book(session, house.order(house.ben, MONDAY_TEN + timedelta(minutes=50)), now=now)
    with database.write() as session:
        assert book(session, house.order(house.ben, MONDAY_TEN + HOUR), now=now)


def test_case_5_two_that_overlap_race_and_one_is_booked(database: Database, now: datetime) -> None:
    """10:00 to 10:50 and 10:30 to 11:20, on each of ten days."""
    with database.write() as session:
        house = House(session)
    for number in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11):
        ten = MONDAY_TEN + number * DAY
        assert Counter(race(database, house, [ten, ten + HALF_HOUR], now)) == {"booked": 1, "slot_taken": 1}


def race(database: Database, house: House, starts: Sequence[datetime], now: datetime) -> list[str]:
    """Ana wants the first, Ben the second, in the same moment."""
    ready = Barrier(len(starts))
    orders = [house.order(who, at) for who, at in zip((house.ana, house.ben), starts, strict=True)]

    def run(number: int) -> str:
        ready.wait(10)
        try:
            with database.write() as session:
                book(session, orders[number], now=now)
        except SlotTaken as refusal:
            return refusal.code
        return "booked"

    with ThreadPoolExecutor(len(starts)) as pool:
        return list(pool.map(run, range(len(starts))))
