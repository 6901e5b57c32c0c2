"""An offer speaks of a time that can be had: it follows a session that moves, and nobody is asked in vain."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.database import Database
from scheduling.appointments import book, cancel, of_member
from scheduling.group_refusals import DateIsOff
from scheduling.groups import add_group, change_following, move_date
from scheduling.memberships import join_group, leave_group, membership_of
from scheduling.waitlist import WaitState, accept_offer, find_wait, join_waitlist
from tests.builders.groups import GroupHouse, occurrences
from tests.builders.people import a_member
from tests.builders.scheduling import House, an_order

FIRST = date(2026, 12, 1)
TEN = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)


class Tuesdays:
    """Dana's Tuesdays at ten for three: Ana, Ben and Cora sit there; Dora waits, then Eve."""

    def __init__(self, session: Session, now: datetime, timezone: str = "UTC", minute: int = 600) -> None:
        self.house, self.now = GroupHouse(session, 3, notice_minutes=0), now
        self.dana = self.house.dana
        names = "Ana", "Ben", "Cora", "Dora", "Eve"
        self.ana, self.ben, self.cora, self.dora, self.eve = (
            a_member(session, name=name, timezone="UTC") for name in names
        )
        self.group = add_group(
            session,
            service_id=self.house.service.id,
            practitioner_id=self.dana.id,
            title="Tuesdays",
            timezone=timezone,
            weekday=1,
            minute_of_day=minute,
            minutes=50,
            first_date=FIRST,
            by=self.dana.id,
            now=now,
        ).id

    def join(self, session: Session, *members: Person, **more: date) -> None:
        for one in members:
            terms = {"from_date": FIRST, **more}
            join_group(session, self.group, one.id, by=one.id, now=self.now, **terms)  # type: ignore[arg-type]

    def wait(self, session: Session, member: Person) -> str:
        """A second after whoever came before."""
        self.now += timedelta(seconds=1)
        service, who = self.house.service.id, member.id
        return join_waitlist(session, member_id=who, service_id=service, by=who, now=self.now).id

    def free_a_seat(self, session: Session) -> None:
        seat = of_member(session, self.ana.id)[0]
        cancel(session, seat.id, by=self.ana.id, now=self.now)


@pytest.fixture
def tuesdays(database: Database, now: datetime) -> Tuesdays:
    with database.write() as session:
        return Tuesdays(session, now)


def test_an_offer_follows_the_session_that_moved(database: Database, tuesdays: Tuesdays) -> None:
    with database.write() as session:
        tuesdays.join(session, tuesdays.ana, tuesdays.ben, tuesdays.cora)
        entry = tuesdays.wait(session, tuesdays.dora)
        tuesdays.free_a_seat(session)
        move_date(session, occurrences(session)[0].id, TEN + HOUR, by=tuesdays.dana.id, now=tuesdays.now)
    with database.write() as session:
        asked = find_wait(session, entry)
        assert (asked.state, asked.starts_at) == (WaitState.OFFERED, TEN + HOUR)
        assert accept_offer(session, entry, by=tuesdays.dora.id, now=tuesdays.now).starts_at == TEN + HOUR


def test_whoever_cannot_come_at_the_new_time_leaves_the_offer_to_the_next(
    database: Database, tuesdays: Tuesdays, now: datetime
) -> None:
    with database.write() as session:
        tuesdays.join(session, tuesdays.ana, tuesdays.ben, tuesdays.cora)
        entry, after = tuesdays.wait(session, tuesdays.dora), tuesdays.wait(session, tuesdays.eve)
        elsewhere = House(session, notice_minutes=0)
        book(session, an_order(elsewhere.service, elsewhere.dana, tuesdays.dora, TEN + HOUR), now=now)
        tuesdays.free_a_seat(session)
        assert find_wait(session, entry).state == WaitState.OFFERED
        move_date(session, occurrences(session)[0].id, TEN + HOUR, by=tuesdays.dana.id, now=now)
        assert find_wait(session, entry).state == WaitState.WAITING
        assert find_wait(session, after).starts_at == TEN + HOUR


def test_a_seat_that_cannot_go_along_is_offered(
    database: Database, tuesdays: Tuesdays, now: datetime
) -> None:
    with database.write() as session:
        tuesdays.join(session, tuesdays.ana, tuesdays.ben, tuesdays.cora)
        entry = tuesdays.wait(session, tuesdays.dora)
        elsewhere = House(session, notice_minutes=0)
        book(session, an_order(elsewhere.service, elsewhere.dana, tuesdays.ana, TEN + HOUR), now=now)
        moved = move_date(session, occurrences(session)[0].id, TEN + HOUR, by=tuesdays.dana.id, now=now)
        assert moved.without == (tuesdays.ana.id,)
        assert find_wait(session, entry).starts_at == TEN + HOUR


@pytest.mark.parametrize("what", ["departed", "retired", "invitation"])
def test_nobody_is_asked_who_could_not_say_yes(database: Database, now: datetime, what: str) -> None:
    with database.write() as session:
        house = House(session, notice_minutes=0)
        taken = book(session, house.order(house.ana, TEN), now=now)
        ben, service = house.ben.id, house.service.id
        entry = join_waitlist(session, member_id=ben, service_id=service, by=ben, now=now)
        if what == "departed":
            house.ben.departed_at = now
        elif what == "retired":
            house.service.active = False
        else:
            house.service.audience = "invitation"
        cancel(session, taken.id, by=house.ana.id, now=now)
        assert entry.state == WaitState.WAITING


def test_whoever_left_today_can_come_back_today(database: Database, tuesdays: Tuesdays) -> None:
    later = TEN + WEEK + HOUR
    with database.write() as session:
        tuesdays.join(session, tuesdays.ana)
        leave_group(session, tuesdays.group, tuesdays.ana.id, by=tuesdays.ana.id, now=later)
        assert membership_of(session, tuesdays.group, tuesdays.ana.id, now=later) is None
        tuesdays.now = later
        tuesdays.join(session, tuesdays.ana)


def test_leaving_late_never_makes_it_longer(database: Database, tuesdays: Tuesdays) -> None:
    with database.write() as session:
        tuesdays.join(session, tuesdays.ana, until_date=FIRST + WEEK)
        much_later = FIRST + 4 * WEEK
        left = leave_group(
            session,
            tuesdays.group,
            tuesdays.ana.id,
            from_date=much_later,
            by=tuesdays.ana.id,
            now=tuesdays.now,
        )
        assert left.until_date == FIRST + WEEK


def test_leaving_now_means_tonight_too_where_utc_is_a_day_ahead(database: Database, now: datetime) -> None:
    with database.write() as session:
        evening = Tuesdays(session, now, timezone="America/Los_Angeles", minute=19 * 60)
        evening.join(session, evening.ana)
        just_before = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
        leave_group(session, evening.group, evening.ana.id, by=evening.ana.id, now=just_before)
        assert all(one.is_cancelled for one in of_member(session, evening.ana.id))


def test_a_group_goes_a_week_later_past_its_own_dates(database: Database, tuesdays: Tuesdays) -> None:
    with database.write() as session:
        moved = change_following(
            session, tuesdays.group, FIRST, TEN + WEEK, by=tuesdays.dana.id, now=tuesdays.now
        )
        assert len(moved) > 2
        assert occurrences(session)[0].starts_at == TEN + WEEK


def test_a_group_does_not_go_into_the_past(database: Database, tuesdays: Tuesdays) -> None:
    this_morning = TEN - 2 * HOUR
    with database.write() as session, pytest.raises(DateIsOff):
        change_following(
            session, tuesdays.group, FIRST, TEN - 3 * HOUR, by=tuesdays.dana.id, now=this_morning
        )
