"""Whatever people do with a weekly group, in whatever order: its seats add up, nobody is in two places."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database import Database
from foundation.errors import DomainError
from scheduling.appointments import Appointment, book, cancel, hold, move, release
from scheduling.group_records import GroupOccurrence, Membership, Seat
from scheduling.groups import add_group, cancel_date, change_following, change_seats, extend_groups, move_date
from scheduling.memberships import join_group, leave_group
from scheduling.occupancy import Kind, Occupancy, delete_expired
from scheduling.waitlist import (
    WaitlistEntry,
    WaitState,
    accept_offer,
    decline_offer,
    join_waitlist,
    leave_waitlist,
    pass_on,
)
from tests.builders.groups import GroupHouse, some_members

MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
FEWER = timedelta(minutes=20)


class Walk:
    """One step after the other, each in its own transaction, with a clock that goes on."""

    def __init__(self, database: Database, seed: int) -> None:
        self.database, self.random, self.now = database, random.Random(seed), MONDAY
        with database.write() as session:
            self.house = GroupHouse(session, 3, offer_minutes=30, notice_minutes=0, horizon_days=40)
            self.members = [one.id for one in some_members(session, 5)]
            self.group = add_group(
                session,
                service_id=self.house.service.id,
                practitioner_id=self.house.dana.id,
                title="Evenings",
                timezone="UTC",
                weekday=1,
                minute_of_day=10 * 60,
                minutes=50,
                first_date=date(2026, 12, 1),
                until_date=date(2026, 12, 29),
                by=self.house.dana.id,
                now=MONDAY,
            ).id

    def step(self) -> str:
        name = self.random.choice(_STEPS)
        self.now += self.random.choice((timedelta(minutes=1), FEWER))
        try:
            self.database.change(getattr(self, name))
        except DomainError as refusal:
            return f"{name}: {refusal.code}"
        return name

    @property
    def who(self) -> str:
        return self.random.choice(self.members)

    @property
    def about(self) -> dict[str, str]:
        return {"service_id": self.house.service.id, "practitioner_id": self.house.dana.id}

    def some_time(self, session: Session) -> datetime:
        """Of the group, or of a session that a booking opens."""
        alone = [MONDAY + timedelta(days=4, hours=hour) for hour in (2, 3)]
        theirs = session.scalars(select(GroupOccurrence.starts_at).order_by(GroupOccurrence.starts_at))
        chosen: datetime = self.random.choice([*theirs, *alone])
        return chosen

    def one_of(self, session: Session, statement: object) -> str:
        found = list(session.scalars(statement))  # type: ignore[call-overload]
        return self.random.choice(found) if found else "nobody"

    def a_date(self, session: Session) -> str:
        return self.one_of(session, select(GroupOccurrence.id).order_by(GroupOccurrence.starts_at))

    def an_appointment(self, session: Session) -> Appointment | None:
        live = select(Appointment.id).where(Appointment.status == "booked").order_by(Appointment.id)
        return session.get(Appointment, self.one_of(session, live))

    def an_entry(self, session: Session) -> str:
        live = WaitlistEntry.state.in_([WaitState.OFFERED, WaitState.WAITING])
        in_order = select(WaitlistEntry.id).where(live).order_by(WaitlistEntry.state, WaitlistEntry.id)
        return self.one_of(session, in_order)

    def book(self, session: Session) -> None:
        who, at = self.who, self.some_time(session)
        book(session, self.house.order(session.get_one(type(self.house.ana), who), at), now=self.now)

    def hold(self, session: Session) -> None:
        hold(session, **self.about, member_id=self.who, starts_at=self.some_time(session), now=self.now)

    def release(self, session: Session) -> None:
        held = session.scalar(select(Occupancy).where(Occupancy.kind == Kind.HOLD))
        if held is not None:
            release(session, held.id, held.member_id or "", now=self.now)

    def expire(self, session: Session) -> None:
        delete_expired(session, now=self.now)

    def cancel(self, session: Session) -> None:
        if one := self.an_appointment(session):
            cancel(session, one.id, by=one.member_id, now=self.now)

    def move(self, session: Session) -> None:
        if one := self.an_appointment(session):
            to = self.some_time(session)
            move(session, one.id, to, revision=one.revision, by=one.member_id, now=self.now)

    def join(self, session: Session) -> None:
        who, how = self.who, self.random.choice(("skip", "fail"))
        first = self.now.date()
        join_group(session, self.group, who, from_date=first, on_conflict=how, by=who, now=self.now)  # type: ignore[arg-type]

    def leave(self, session: Session) -> None:
        who = self.who
        leave_group(session, self.group, who, by=who, now=self.now)

    def wait(self, session: Session) -> None:
        who = self.who
        what = self.random.choice(({}, {"series_id": self.group}, {"occurrence_id": self.a_date(session)}))
        join_waitlist(session, member_id=who, service_id=self.house.service.id, by=who, now=self.now, **what)  # type: ignore[arg-type]

    def accept(self, session: Session) -> None:
        accept_offer(session, self.an_entry(session), by=self.house.dana.id, now=self.now)

    def decline(self, session: Session) -> None:
        decline_offer(session, self.an_entry(session), by=self.house.dana.id, now=self.now)

    def wait_no_more(self, session: Session) -> None:
        leave_waitlist(session, self.an_entry(session), by=self.house.dana.id, now=self.now)

    def pass_on(self, session: Session) -> None:
        pass_on(session, now=self.now)

    def call_off(self, session: Session) -> None:
        if self.random.random() < 0.2:
            cancel_date(session, self.a_date(session), by=self.house.dana.id, now=self.now)

    def move_date(self, session: Session) -> None:
        to = self.some_time(session) + timedelta(hours=self.random.choice((0, 1, 2)))
        move_date(session, self.a_date(session), to, by=self.house.dana.id, now=self.now)

    def change(self, session: Session) -> None:
        days = select(GroupOccurrence.series_date).where(GroupOccurrence.series_id == self.group)
        day = self.random.choice(sorted(one for one in session.scalars(days) if one))
        at = datetime(day.year, day.month, day.day, self.random.randint(9, 15), tzinfo=UTC)
        change_following(session, self.group, day, at, by=self.house.dana.id, now=self.now)

    def seats(self, session: Session) -> None:
        capacity = self.random.choice((3, 4))
        change_seats(session, self.group, capacity, by=self.house.dana.id, now=self.now)

    def extend(self, session: Session) -> None:
        extend_groups(session, now=self.now)


_STEPS = (
    *("book", "hold", "release", "expire", "cancel", "cancel", "move", "join", "leave", "wait", "wait"),
    *("accept", "accept", "decline", "wait_no_more", "pass_on", "call_off", "move_date", "change"),
    *("seats", "extend"),
)


def _check(session: Session, now: datetime) -> None:
    seats = Counter(session.scalars(select(Seat.occurrence_id)))
    kept = Counter(session.scalars(select(Occupancy.seat_of).where(Occupancy.kind == Kind.HOLD)))
    offered = list(session.scalars(select(WaitlistEntry).where(WaitlistEntry.state == WaitState.OFFERED)))
    given = Counter(one for entry in offered for one in entry.kept)
    for one in session.scalars(select(GroupOccurrence)):
        assert one.taken == seats[one.id] + kept[one.id] + given[one.id]
        row = session.scalars(select(Occupancy).where(Occupancy.occurrence_id == one.id)).one()
        assert (row.status == "active") == (one.status == "active")
        assert row.starts_at == one.starts_at or one.status != "active"
        assert not seats[one.id] or one.status == "active"
    _check_appointments(session)
    _check_offers(session, offered)
    twice = select(Membership.member_id).where(Membership.until_date.is_(None))
    assert all(count == 1 for count in Counter(session.scalars(twice)).values())


def _check_appointments(session: Session) -> None:
    for one in session.scalars(select(Appointment)):
        row = session.scalars(select(Occupancy).where(Occupancy.appointment_id == one.id)).one()
        seat = session.scalar(select(Seat).where(Seat.appointment_id == one.id))
        assert (row.status == "active") == (seat is not None) == (not one.is_cancelled)
        if seat is not None:
            there = session.get_one(GroupOccurrence, seat.occurrence_id)
            assert (one.occurrence_id, row.seat_of) == (there.id, there.id)
            assert one.starts_at == row.starts_at == there.starts_at


def _check_offers(session: Session, offered: list[WaitlistEntry]) -> None:
    for entry in offered:
        assert entry.kept
        first = session.get_one(GroupOccurrence, entry.kept[0])
        if entry.series_id is None:
            assert first.status == "active"
            assert first.starts_at == entry.starts_at, "an offer names the time that it keeps"
    loose = select(func.count()).where(Occupancy.kind == Kind.OFFER)
    assert session.scalar(loose) == 0


@pytest.mark.parametrize("seed", range(3))
def test_seats_add_up_after_every_step(database: Database, seed: int) -> None:
    walk, told = Walk(database, seed), []
    for _ in range(90):
        told.append(walk.step())
        with database.read() as session:
            _check(session, walk.now)
    done = {one for one in told if ":" not in one}
    assert {"book", "join", "cancel", "wait"} <= done
