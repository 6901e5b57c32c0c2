"""A time that comes free is kept for the next who waits, one after the other, and for nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.database import Database
from foundation.outbox import Delivery
from scheduling.appointments import SlotTaken, book, cancel, hold, move
from scheduling.waitlist import (
    NoOffer,
    OfferOver,
    WaitlistEntry,
    WaitState,
    accept_offer,
    decline_offer,
    find_wait,
    join_waitlist,
    leave_waitlist,
    pass_on,
    waits_of,
)
from tests.builders.groups import GroupHouse, active_session, some_members
from tests.builders.people import a_member
from tests.builders.scheduling import House, an_order

NINE = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
HALF_PAST = NINE + timedelta(minutes=30)
THREE = NINE + timedelta(hours=6)
SECOND = timedelta(seconds=1)


class Waiting:
    """Cora has Dana's three o'clock; A, then B, wait for Dana. Everybody lives in UTC."""

    def __init__(self, session: Session, now: datetime, group: bool = False) -> None:
        made = GroupHouse(session, 3, offer_minutes=30) if group else House(session, offer_minutes=30)
        self.house, self.now = made, now
        self.a, self.b, self.cora = (a_member(session, name=n, timezone="UTC") for n in ("A", "B", "Cora"))
        self.stranger = a_member(session, name="Stranger")
        self.taken = book(session, made.order(self.cora, THREE), now=now)
        self.entry_a = self.wait(session, self.a, now)
        self.entry_b = self.wait(session, self.b, now + SECOND)

    def wait(self, session: Session, member: Person, now: datetime, **more: object) -> str:
        ids = {"member_id": member.id, "service_id": self.house.service.id, "by": member.id}
        return join_waitlist(session, **{**ids, "now": now, **more}).id  # type: ignore[arg-type]


@pytest.fixture
def waiting(database: Database, now: datetime) -> Waiting:
    with database.write() as session:
        return Waiting(session, now)


def test_case_8_a_freed_time_is_kept_for_a_then_b_and_never_public(
    database: Database, waiting: Waiting
) -> None:
    """A seat frees at 09:00 and is offered to A until 09:30."""
    with database.write() as session:
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=NINE)
    assert offer_of(database, waiting.entry_a) == ("offered", THREE, HALF_PAST)
    refuse_the_public(database, waiting, NINE + timedelta(minutes=10))
    with pytest.raises(OfferOver), database.write() as session:
        accept_offer(session, waiting.entry_a, by=waiting.a.id, now=HALF_PAST + SECOND)
    refuse_the_public(database, waiting, HALF_PAST + SECOND)
    with database.write() as session:
        assert pass_on(session, now=HALF_PAST + SECOND) == 1
    assert offer_of(database, waiting.entry_a)[0] == "waiting"
    until = HALF_PAST + SECOND + timedelta(minutes=30)
    assert offer_of(database, waiting.entry_b) == ("offered", THREE, until)
    refuse_the_public(database, waiting, HALF_PAST + 2 * SECOND)
    with pytest.raises(OfferOver), database.write() as session:
        accept_offer(session, waiting.entry_a, by=waiting.a.id, now=HALF_PAST + 2 * SECOND)
    with database.write() as session:
        booked = accept_offer(session, waiting.entry_b, by=waiting.b.id, now=HALF_PAST + 3 * SECOND)
    assert (booked.member_id, booked.starts_at, booked.status) == (waiting.b.id, THREE, "booked")
    with database.write() as session:
        again = accept_offer(session, waiting.entry_b, by=waiting.b.id, now=HALF_PAST + 4 * SECOND)
    assert again.id == booked.id


def test_case_8_the_same_with_the_last_seat_of_a_group(database: Database, now: datetime) -> None:
    with database.write() as session:
        waiting = Waiting(session, now, group=True)
        for one in some_members(session, 2):
            book(session, waiting.house.order(one, THREE), now=now)
    with database.write() as session:
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=NINE)
    assert offer_of(database, waiting.entry_a) == ("offered", THREE, HALF_PAST)
    refuse_the_public(database, waiting, NINE)
    with database.write() as session:
        pass_on(session, now=HALF_PAST)
    refuse_the_public(database, waiting, HALF_PAST)
    with database.write() as session:
        accept_offer(session, waiting.entry_b, by=waiting.b.id, now=HALF_PAST + SECOND)
        session.expire_all()
        there = active_session(session, THREE)
        assert there is not None and there.taken == there.capacity == 3


def test_case_8_cancelling_inside_the_notice_makes_no_offer(database: Database, waiting: Waiting) -> None:
    """The service wants an hour's notice."""
    late = THREE - timedelta(minutes=60)
    with database.write() as session:
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=late)
    assert offer_of(database, waiting.entry_a)[0] == "waiting"
    assert offer_of(database, waiting.entry_b)[0] == "waiting"


def test_an_offer_never_outlasts_the_notice(database: Database, waiting: Waiting) -> None:
    late = THREE - timedelta(minutes=80)
    with database.write() as session:
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=late)
    assert offer_of(database, waiting.entry_a) == ("offered", THREE, THREE - timedelta(minutes=60))


def test_nobody_left_and_the_time_is_free_again(database: Database, waiting: Waiting) -> None:
    with database.write() as session:
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=NINE)
        decline_offer(session, waiting.entry_a, by=waiting.a.id, now=NINE)
        decline_offer(session, waiting.entry_b, by=waiting.b.id, now=NINE)
        with pytest.raises(OfferOver):
            accept_offer(session, waiting.entry_b, by=waiting.b.id, now=NINE)
        assert book(session, waiting.house.order(waiting.stranger, THREE), now=NINE)


def test_a_booking_passes_on_what_is_over_before_it_looks(database: Database, waiting: Waiting) -> None:
    """Without the sweep: B has left the list, so the public may have it from the first second on."""
    with database.write() as session:
        leave_waitlist(session, waiting.entry_b, by=waiting.b.id, now=NINE)
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=NINE)
    refuse_the_public(database, waiting, HALF_PAST - SECOND)
    with database.write() as session:
        assert book(session, waiting.house.order(waiting.stranger, THREE), now=HALF_PAST)
    assert offer_of(database, waiting.entry_a)[0] == "waiting"


def test_moving_away_frees_the_old_time_too(database: Database, waiting: Waiting) -> None:
    with database.write() as session:
        later = THREE + timedelta(hours=1)
        move(session, waiting.taken.id, later, revision=0, by=waiting.cora.id, now=NINE)
    assert offer_of(database, waiting.entry_a)[:2] == ("offered", THREE)


def test_leaving_with_an_offer_gives_it_to_the_next(database: Database, waiting: Waiting) -> None:
    with database.write() as session:
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=NINE)
        leave_waitlist(session, waiting.entry_a, by=waiting.a.id, now=NINE)
        assert waits_of(session, waiting.a.id, now=waiting.now) == []
    assert offer_of(database, waiting.entry_b)[0] == "offered"


def test_only_whom_the_time_suits_is_asked(database: Database, waiting: Waiting) -> None:
    """A is busy then; B's last day is over before it; the one who cancels is not asked either."""
    with database.write() as session:
        colleague = House(session)
        order = an_order(colleague.service, colleague.dana, waiting.a, THREE)
        book(session, order, now=waiting.now)
        find_wait(session, waiting.entry_b).until_date = date(2026, 11, 29)
        waiting.wait(session, waiting.cora, waiting.now)
        elsewhere = waiting.wait(session, waiting.stranger, NINE, practitioner_id=colleague.dana.id)
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=NINE)
        assert find_wait(session, elsewhere).state == WaitState.WAITING
        assert book(session, waiting.house.order(a_member(session), THREE), now=NINE)


def test_who_was_asked_before_comes_after_the_others(database: Database, waiting: Waiting) -> None:
    with database.write() as session:
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=NINE)
        decline_offer(session, waiting.entry_a, by=waiting.a.id, now=NINE)
        decline_offer(session, waiting.entry_b, by=waiting.b.id, now=NINE)
        newest = waiting.wait(session, waiting.stranger, NINE + SECOND)
        other = book(session, waiting.house.order(waiting.cora, THREE + timedelta(hours=1)), now=NINE)
        cancel(session, other.id, by=waiting.cora.id, now=NINE)
        assert find_wait(session, newest).state == WaitState.OFFERED


def test_joining_twice_is_waiting_once(database: Database, waiting: Waiting) -> None:
    with database.write() as session:
        again = waiting.wait(session, waiting.a, NINE, until_date=date(2026, 12, 24))
        assert again == waiting.entry_a
        assert [one.until_date for one in waits_of(session, waiting.a.id, now=waiting.now)] == [
            date(2026, 12, 24)
        ]


def test_there_is_nothing_to_accept_without_an_offer(database: Database, waiting: Waiting) -> None:
    with pytest.raises(NoOffer), database.write() as session:
        accept_offer(session, waiting.entry_a, by=waiting.a.id, now=NINE)


def test_the_offer_is_mailed_and_withdrawn_when_it_is_answered(database: Database, waiting: Waiting) -> None:
    with database.write() as session:
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=NINE)
        assert owed(session) == [("waitlist.offer", waiting.a.id)]
        pass_on(session, now=HALF_PAST)
        assert owed(session) == [("waitlist.offer", waiting.b.id), ("waitlist.over", waiting.a.id)]
        accept_offer(session, waiting.entry_b, by=waiting.b.id, now=HALF_PAST)
        assert owed(session) == [("waitlist.over", waiting.a.id)]


def test_the_race_would_be_lost_without_the_row_that_keeps_it(
    database: Database, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This shows that the stories above can fail: nobody keeps the time, and the public takes it."""
    monkeypatch.setattr("scheduling.offers._keep_for", lambda *_args: None)
    with database.write() as session:
        cancel(session, waiting.taken.id, by=waiting.cora.id, now=NINE)
        assert book(session, waiting.house.order(waiting.stranger, THREE), now=NINE)


def test_there_is_no_gap_between_freeing_and_keeping(database: Database, waiting: Waiting) -> None:
    """Twenty strangers try all the while: before it was booked, afterwards it is kept, and never free."""
    with database.write() as session:
        strangers = some_members(session, 20)
    ready = Barrier(len(strangers) + 1)

    def free_it() -> str:
        ready.wait(20)
        database.change(lambda session: cancel(session, waiting.taken.id, by=waiting.cora.id, now=NINE))
        return "freed"

    def grab_it(member: Person) -> str:
        ready.wait(20)
        try:
            database.change(lambda session: book(session, waiting.house.order(member, THREE), now=NINE))
        except SlotTaken:
            return "refused"
        return "booked"

    with ThreadPoolExecutor(len(strangers) + 1) as pool:
        freed = pool.submit(free_it)
        assert set(pool.map(grab_it, strangers)) == {"refused"}
        assert freed.result() == "freed"
    assert offer_of(database, waiting.entry_a)[0] == "offered"


def refuse_the_public(database: Database, waiting: Waiting, now: datetime) -> None:
    """Neither booked nor held."""
    wanted = waiting.house.order(waiting.stranger, THREE)
    with pytest.raises(SlotTaken), database.write() as session:
        book(session, wanted, now=now)
    with pytest.raises(SlotTaken), database.write() as session:
        hold(
            session,
            service_id=wanted.service_id,
            practitioner_id=wanted.practitioner_id,
            member_id=wanted.member_id,
            starts_at=THREE,
            now=now,
        )


def offer_of(database: Database, entry_id: str) -> tuple[str, datetime | None, datetime | None]:
    with database.read() as session:
        entry = session.get_one(WaitlistEntry, entry_id)
        return str(entry.state), entry.starts_at, entry.expires_at


def owed(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(Delivery).where(Delivery.state == "waiting"))
    return sorted((one.kind, one.refs["to"]) for one in rows if one.kind.startswith("waitlist"))
