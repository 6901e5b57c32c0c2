"""Two who both need two waiting lists wait for each other in one order, never in a ring."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy.orm import Session

from auth.people import Person
from foundation.database import Database
from scheduling.appointments import Appointment, book, cancel, move
from scheduling.conflicts import require_open
from scheduling.waitlist import accept_offer, join_waitlist
from tests.builders.people import a_member
from tests.builders.scheduling import a_service, a_working_practitioner, an_order

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Crossing:
    """Dana and Ines both give talks and walks. An offer has run out with each: a walk with Dana, a talk
    with Ines. Then somebody changes something of the other kind with each."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.now, self.later = now, now + HOUR
        self.team = [a_working_practitioner(session, name=name, timezone="UTC") for name in ("Dana", "Ines")]
        self.kinds = [a_service(session, *self.team, offer_minutes=30) for _ in range(2)]
        for place in (0, 1):
            self.offered(session, place, 1 - place, MONDAY, now)

    def booked(self, session: Session, who: int, what: int, at: datetime) -> Appointment:
        order = an_order(self.kinds[what], self.team[who], a_member(session), at)
        return book(session, order, now=self.now)

    def offered(
        self, session: Session, who: int, what: int, at: datetime, now: datetime
    ) -> tuple[str, Person]:
        """Somebody waits for it; it was booked, and comes free."""
        member, taken = a_member(session), self.booked(session, who, what, at)
        wanted: dict[str, Any] = {"service_id": self.kinds[what].id, "practitioner_id": self.team[who].id}
        entry = join_waitlist(session, member_id=member.id, by=member.id, now=now, **wanted)
        cancel(session, taken.id, by=taken.member_id, now=now)
        assert entry.state == "offered"
        return entry.id, member


@pytest.fixture
def crossing(database: Database, now: datetime) -> Crossing:
    with database.write() as session:
        return Crossing(session, now)


def together(command: Callable[..., Any]) -> Callable[..., Any]:
    """Two who come here wait for one another first, if the other can come at all."""
    both = Barrier(2, timeout=1)

    def act(*args: Any, **named: Any) -> Any:
        with suppress(BrokenBarrierError):
            both.wait()
        return command(*args, **named)

    return act


def at_once(database: Database, *commands: Callable[[Session], Any]) -> list[Any]:
    """Each in a transaction of its own that is tried once."""

    def run(command: Callable[[Session], Any]) -> Any:
        with database.write() as session:
            return command(session)

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


def test_two_move_while_two_offers_have_run_out(
    database: Database, crossing: Crossing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        theirs = [crossing.booked(session, one, one, MONDAY + 3 * HOUR).id for one in (0, 1)]
    monkeypatch.setattr("scheduling.rebooking.require_open", together(require_open))

    def moving(appointment_id: str) -> Callable[[Session], Any]:
        to, when = MONDAY + 5 * HOUR, crossing.later
        return lambda session: move(session, appointment_id, to, revision=0, by=crossing.team[0].id, now=when)

    moved = at_once(database, *map(moving, theirs))
    assert [one.starts_at for one in moved] == [MONDAY + 5 * HOUR] * 2


def test_two_accept_while_two_offers_have_run_out(
    database: Database, crossing: Crossing, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, when = MONDAY + 3 * HOUR, crossing.later
    with database.write() as session:
        theirs = [crossing.offered(session, one, one, at, when) for one in (0, 1)]
    monkeypatch.setattr("scheduling.waitlist.book", together(book))

    def saying_yes(entry_id: str, member: Person) -> Callable[[Session], Any]:
        return lambda session: accept_offer(session, entry_id, by=member.id, now=when)

    booked = at_once(database, *(saying_yes(*one) for one in theirs))
    assert {one.starts_at for one in booked} == {at}
