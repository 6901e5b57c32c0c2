"""A weekly group: its dates, who belongs to it, and what becomes of their seats when something changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.database import Database
from foundation.outbox import Delivery
from scheduling.appointments import Book, book, cancel, of_member
from scheduling.group_dates import dates_of, extend_groups, missing_dates
from scheduling.group_records import GroupOccurrence
from scheduling.group_refusals import AlreadyIn, BadGroup, DateIsOff, NotIn
from scheduling.groups import add_group, cancel_date, change_following, change_seats, end_group, move_date
from scheduling.memberships import join_group, leave_group, membership_of, plan_join, without_a_seat
from scheduling.refusals import SlotTaken
from scheduling.seats import members_in
from scheduling.series_records import Series
from scheduling.series_refusals import SeriesConflict
from scheduling.waitlist import accept_offer, find_wait, join_waitlist
from tests.builders.groups import GroupHouse, some_members
from tests.builders.people import a_member
from tests.builders.scheduling import House, an_order

ZONE = ZoneInfo("America/Los_Angeles")
FIRST = date(2026, 12, 1)
SECOND, THIRD = FIRST + timedelta(days=7), FIRST + timedelta(days=14)
WEEK = timedelta(days=7)


class Evenings:
    """Dana's Tuesdays at seven, Los Angeles, with three seats."""

    def __init__(self, session: Session, now: datetime, **more: object) -> None:
        self.house, self.now = GroupHouse(session, 3), now
        self.dana, self.ana, self.ben = self.house.dana, self.house.ana, self.house.ben
        self.group = add_group(
            session,
            **{  # type: ignore[arg-type]
                "service_id": self.house.service.id,
                "practitioner_id": self.dana.id,
                "title": "Tuesday evening",
                "timezone": ZONE.key,
                "weekday": 1,
                "minute_of_day": 19 * 60,
                "minutes": 60,
                "first_date": FIRST,
                "by": self.dana.id,
                "now": now,
                **more,
            },
        )

    def join(self, session: Session, member: Person, **more: object) -> None:
        terms = {"from_date": FIRST, "by": member.id, "now": self.now, **more}
        join_group(session, self.group.id, member.id, **terms)  # type: ignore[arg-type]

    def dates(self, session: Session) -> list[GroupOccurrence]:
        return dates_of(session, self.group.id, after=self.now)

    def on(self, session: Session, day: date) -> GroupOccurrence:
        return next(one for one in self.dates(session) if one.series_date == day)


@pytest.fixture
def evenings(database: Database, now: datetime) -> Evenings:
    with database.write() as session:
        return Evenings(session, now)


def seven_pm(day: date, hour: int = 19) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).astimezone(UTC)


def dates_with(session: Session, member: Person) -> list[datetime]:
    return [one.starts_at for one in of_member(session, member.id) if not one.is_cancelled]


def owed(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Delivery).where(Delivery.state == "waiting"))
    return sorted((one.kind, one.refs["to"]) for one in rows if one.kind != "appointment.reminder")


def test_twelve_weeks_of_dates_are_there_and_more_come(database: Database, evenings: Evenings) -> None:
    with database.write() as session:
        found = evenings.dates(session)
        assert len(found) == 12
        assert [one.starts_at for one in found[:2]] == [seven_pm(FIRST), seven_pm(SECOND)]
        assert extend_groups(session, now=evenings.now) == 0
        assert extend_groups(session, now=evenings.now + 2 * WEEK) == 2
    with database.write() as session:
        last = evenings.dates(session)[-1]
        assert last.starts_at == seven_pm(FIRST + 13 * WEEK)


def test_joining_takes_every_date_and_one_mail(database: Database, evenings: Evenings) -> None:
    with database.write() as session:
        evenings.join(session, evenings.ana)
        assert len(dates_with(session, evenings.ana)) == 12
        assert [one.taken for one in evenings.dates(session)] == [1] * 12
        assert owed(session) == [("group.joined", evenings.ana.id)]
        with pytest.raises(AlreadyIn):
            evenings.join(session, evenings.ana)


def test_conflicts_are_named_and_nothing_is_written(database: Database, evenings: Evenings) -> None:
    with database.write() as session:
        colleague = House(session)
        morning = an_order(colleague.service, colleague.dana, evenings.ana, seven_pm(SECOND))
        book(
            session,
            Book(**{**vars(morning), "booked_by": evenings.dana.id, "override": "asked"}),
            now=evenings.now,
        )
        for one in some_members(session, 3):
            order = evenings.house.order(one, seven_pm(THIRD))
            book(session, order, now=evenings.now)
    with pytest.raises(SeriesConflict) as refusal, database.write() as session:
        evenings.join(session, evenings.ana)
    named = [(one.date, one.code) for one in refusal.value.conflicts]
    assert named == [(SECOND, "already_booked"), (THIRD, "slot_taken")]
    with database.write() as session:
        assert membership_of(session, evenings.group.id, evenings.ana.id, now=evenings.now) is None
        evenings.join(session, evenings.ana, skip={SECOND}, on_conflict="skip")
        assert len(dates_with(session, evenings.ana)) == 11
        missing = without_a_seat(session, evenings.group.id, now=evenings.now)
        assert [(one.series_date, who) for one, who in missing] == [
            (SECOND, evenings.ana.id),
            (THIRD, evenings.ana.id),
        ]


def test_members_have_their_seats_before_others_when_new_dates_come(
    database: Database, evenings: Evenings
) -> None:
    with database.write() as session:
        for one in (evenings.ana, evenings.ben):
            evenings.join(session, one)
        extend_groups(session, now=evenings.now + WEEK)
        newest = evenings.on(session, FIRST + 12 * WEEK)
        assert {one.member_id for one in members_in(session, newest.id)} == {evenings.ana.id, evenings.ben.id}


def test_one_date_is_booked_like_any_time(database: Database, evenings: Evenings) -> None:
    with database.write() as session:
        booked = book(session, evenings.house.order(evenings.ana, seven_pm(SECOND)), now=evenings.now)
        assert evenings.on(session, SECOND).taken == 1
        cancel(session, booked.id, by=evenings.ana.id, now=evenings.now)
        session.expire_all()
        assert (evenings.on(session, SECOND).taken, evenings.on(session, SECOND).status) == (0, "active")


def test_leaving_gives_back_what_is_ahead(database: Database, evenings: Evenings) -> None:
    with database.write() as session:
        evenings.join(session, evenings.ana)
        leave_group(
            session, evenings.group.id, evenings.ana.id, from_date=THIRD, by=evenings.ana.id, now=evenings.now
        )
        assert dates_with(session, evenings.ana) == [seven_pm(FIRST), seven_pm(SECOND)]
        assert owed(session) == [("group.left", evenings.ana.id)]
        with pytest.raises(NotIn):
            leave_group(session, evenings.group.id, evenings.ben.id, by=evenings.ben.id, now=evenings.now)


def test_one_date_moves_and_everybody_in_it_is_told(database: Database, evenings: Evenings) -> None:
    wednesday = seven_pm(SECOND + timedelta(days=1))
    with database.write() as session:
        for one in (evenings.ana, evenings.ben):
            evenings.join(session, one)
        colleague = House(session)
        order = an_order(colleague.service, colleague.dana, evenings.ben, wednesday)
        book(
            session,
            Book(**{**vars(order), "booked_by": evenings.dana.id, "override": "asked"}),
            now=evenings.now,
        )
        moved = move_date(
            session, evenings.on(session, SECOND).id, wednesday, by=evenings.dana.id, now=evenings.now
        )
        assert moved.without == (evenings.ben.id,)
        assert wednesday in dates_with(session, evenings.ana)
        assert ("appointment.moved", evenings.ana.id) in owed(session)
        assert ("appointment.cancelled", evenings.ben.id) in owed(session)
        session.expire_all()
        assert evenings.on(session, SECOND).taken == 1


def test_a_date_does_not_move_onto_something_else(database: Database, evenings: Evenings) -> None:
    with pytest.raises(SlotTaken), database.write() as session:
        first = evenings.on(session, FIRST)
        move_date(session, first.id, seven_pm(SECOND), by=evenings.dana.id, now=evenings.now)


def test_one_date_is_called_off(database: Database, evenings: Evenings) -> None:
    with database.write() as session:
        evenings.join(session, evenings.ana)
        off = cancel_date(session, evenings.on(session, SECOND).id, by=evenings.dana.id, now=evenings.now)
        assert seven_pm(SECOND) not in dates_with(session, evenings.ana)
        assert ("appointment.cancelled", evenings.ana.id) in owed(session)
        assert ("appointment.cancelled", evenings.dana.id) not in owed(session)
        with pytest.raises(DateIsOff):
            cancel_date(session, off.id, by=evenings.dana.id, now=evenings.now)
        assert extend_groups(session, now=evenings.now) == 0, "what is off does not come back"


def test_from_a_date_on_it_meets_later_and_exceptions_survive(database: Database, evenings: Evenings) -> None:
    moved_to = seven_pm(THIRD + timedelta(days=1))
    with database.write() as session:
        evenings.join(session, evenings.ana)
        move_date(session, evenings.on(session, THIRD).id, moved_to, by=evenings.dana.id, now=evenings.now)
        cancel_date(session, evenings.on(session, THIRD + WEEK).id, by=evenings.dana.id, now=evenings.now)
        change_following(
            session, evenings.group.id, SECOND, seven_pm(SECOND, 18), by=evenings.dana.id, now=evenings.now
        )
        coming = dates_with(session, evenings.ana)
        assert coming[:4] == [
            seven_pm(FIRST),
            seven_pm(SECOND, 18),
            moved_to,
            seven_pm(THIRD + 2 * WEEK, 18),
        ]
        extend_groups(session, now=evenings.now + WEEK)
        assert evenings.on(session, FIRST + 12 * WEEK).starts_at == seven_pm(FIRST + 12 * WEEK, 18)
        assert ("group.changed", evenings.ana.id) in owed(session)


def test_a_group_that_ends_takes_its_dates_along(database: Database, evenings: Evenings) -> None:
    with database.write() as session:
        evenings.join(session, evenings.ana)
        end_group(session, evenings.group.id, from_date=THIRD, by=evenings.dana.id, now=evenings.now)
        assert dates_with(session, evenings.ana) == [seven_pm(FIRST), seven_pm(SECOND)]
        assert extend_groups(session, now=evenings.now + 2 * WEEK) == 0
        assert ("group.ended", evenings.ana.id) in owed(session)


def test_a_date_on_which_its_leader_is_busy_is_named(database: Database, now: datetime) -> None:
    with database.write() as session:
        evenings = Evenings(session, now, first_date=FIRST + 20 * WEEK)
        colleague = a_member(session)
        series = session.get_one(Series, evenings.group.id)
        order = evenings.house.order(colleague, seven_pm(SECOND))
        order = Book(**{**vars(order), "booked_by": evenings.dana.id, "override": "asked"})
        book(session, order, now=now)
        series.first_date = FIRST
        session.flush()
        assert extend_groups(session, now=now) == 11
        assert [one.date for one in missing_dates(session, series, now=now)] == [SECOND]


def test_a_full_group_has_a_waiting_list_and_the_place_is_kept(
    database: Database, evenings: Evenings
) -> None:
    """Somebody leaves: the seat of every date is kept for whoever waits, and theirs once they say yes."""
    with database.write() as session:
        members = some_members(session, 3)
        for one in members:
            evenings.join(session, one)
        entry = join_waitlist(
            session,
            member_id=evenings.ana.id,
            service_id=evenings.house.service.id,
            series_id=evenings.group.id,
            by=evenings.ana.id,
            now=evenings.now,
        )
        leave_group(session, evenings.group.id, members[0].id, by=members[0].id, now=evenings.now)
        assert len(find_wait(session, entry.id).kept) == 12
        plan = plan_join(
            session, evenings.group.id, evenings.ben.id, from_date=FIRST, by=evenings.ben.id, now=evenings.now
        )
        assert {one.conflict for one in plan} == {"slot_taken"}
        booked = accept_offer(session, entry.id, by=evenings.ana.id, now=evenings.now)
        assert booked.starts_at == seven_pm(FIRST)
        assert len(dates_with(session, evenings.ana)) == 12
        session.expire_all()
        assert {one.taken for one in evenings.dates(session)} == {3}


def test_more_seats_are_offered_too(database: Database, evenings: Evenings) -> None:
    with database.write() as session:
        for one in some_members(session, 3):
            evenings.join(session, one)
        entry = join_waitlist(
            session, member_id=evenings.ana.id, service_id=evenings.house.service.id,
            series_id=evenings.group.id, by=evenings.ana.id, now=evenings.now,
        )  # fmt: skip
        change_seats(session, evenings.group.id, 4, by=evenings.dana.id, now=evenings.now)
        assert find_wait(session, entry.id).state == "offered"


def test_nonsense_makes_no_group(database: Database, now: datetime) -> None:
    for wrong in ({"title": " "}, {"weekday": 7}, {"capacity": 2}, {"until_date": date(2026, 1, 1)}):
        with pytest.raises(BadGroup), database.write() as session:
            Evenings(session, now, **wrong)
