"""A service that needs approval: asking keeps the time, an answer books it or gives it back."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.permissions import NotAllowed
from foundation.audit import AuditEntry
from foundation.database import Database
from foundation.outbox import Delivery
from foundation.settings import Settings
from jobs.sweep import sweep
from scheduling.appointments import (
    AlreadyCancelled,
    AlreadyOver,
    Appointment,
    SlotTaken,
    book,
    cancel,
    find_appointment,
    move,
)
from scheduling.approval import NotPending, approve, decline, pending_of
from tests.builders.mailed import render
from tests.builders.post import claimed
from tests.builders.scheduling import House

TEN = datetime(2026, 12, 2, 10, 0, tzinfo=UTC)
NOON = TEN + timedelta(hours=2)


@pytest.fixture
def house(database: Database) -> House:
    with database.write() as session:
        return House(session, approval=True)


@pytest.fixture
def asked(database: Database, house: House, now: datetime) -> Appointment:
    with database.write() as session:
        return book(session, house.order(house.ana, TEN), now=now)


def waiting(session: Session) -> dict[str, int]:
    kinds = session.scalars(select(Delivery.kind).where(Delivery.state == "waiting")).all()
    return {kind.removeprefix("appointment."): kinds.count(kind) for kind in kinds}


def test_asking_keeps_the_time_and_tells_both(
    database: Database, house: House, asked: Appointment, now: datetime
) -> None:
    """Nothing is certain, so nobody is reminded."""
    with database.read() as session:
        assert find_appointment(session, asked.id).status == "pending"
        assert [one.id for one in pending_of(session, house.dana.id)] == [asked.id]
        assert waiting(session) == {"requested": 2}
    with pytest.raises(SlotTaken), database.write() as session:
        book(session, house.order(house.ben, TEN), now=now)


def test_a_yes_books_it_and_plans_the_reminders(
    database: Database, house: House, asked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        made = approve(session, asked.id, by=house.dana.id, now=now)
        assert (made.status, made.revision) == ("booked", 1)
        assert waiting(session) == {"booked": 2, "reminder": 6}
        assert pending_of(session, house.dana.id) == []
    with database.write() as session:
        assert approve(session, asked.id, by=house.dana.id, now=now).revision == 1
        assert waiting(session) == {"booked": 2, "reminder": 6}


def test_a_no_gives_the_time_back_and_tells_the_member(
    database: Database, house: House, asked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        gone = decline(session, asked.id, by=house.dana.id, reason="Away", now=now)
        assert (gone.status, gone.cancel_reason, gone.cancelled_late) == ("cancelled", "Away", False)
        assert waiting(session) == {"declined": 1}
        (news,) = session.scalars(select(Delivery).where(Delivery.kind == "appointment.declined"))
        assert news.refs["to"] == house.ana.id
    with database.write() as session:
        assert book(session, house.order(house.ben, TEN), now=now)


def test_an_answer_is_given_once(database: Database, house: House, asked: Appointment, now: datetime) -> None:
    with database.write() as session:
        approve(session, asked.id, by=house.dana.id, now=now)
    with pytest.raises(NotPending), database.write() as session:
        decline(session, asked.id, by=house.dana.id, now=now)
    with database.write() as session:
        cancel(session, asked.id, by=house.ana.id, now=now)
    for answer in (approve, decline):
        with pytest.raises(AlreadyCancelled), database.write() as session:
            answer(session, asked.id, by=house.dana.id, now=now)


def test_nobody_answers_themselves(
    database: Database, house: House, asked: Appointment, now: datetime
) -> None:
    for answer in (approve, decline):
        with pytest.raises(NotAllowed), database.write() as session:
            answer(session, asked.id, by=house.ana.id, now=now)
    with database.read() as session:
        assert find_appointment(session, asked.id).status == "pending"


def test_whoever_works_here_need_not_ask(database: Database, house: House, now: datetime) -> None:
    with database.write() as session:
        made = book(session, house.order(house.ana, TEN, booked_by=house.dana.id), now=now)
        assert made.status == "booked"


def test_a_member_who_moves_it_asks_anew(
    database: Database, house: House, asked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        approve(session, asked.id, by=house.dana.id, now=now)
        moved = move(session, asked.id, NOON, revision=1, by=house.ana.id, now=now)
        assert moved.status == "pending"
        assert waiting(session) == {"requested": 2}
    with database.write() as session:
        agreed = move(session, asked.id, TEN, revision=2, by=house.dana.id, now=now)
        assert agreed.status == "booked"
        assert waiting(session) == {"moved": 2, "reminder": 6}


def test_giving_up_what_was_only_asked_for_is_never_late(
    database: Database, house: House, asked: Appointment
) -> None:
    with database.write() as session:
        gone = cancel(session, asked.id, by=house.ana.id, now=TEN - timedelta(hours=2))
        assert not gone.cancelled_late


def test_what_nobody_answers_ends_when_its_time_comes(
    database: Database, house: House, asked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        kept = book(session, house.order(house.ben, NOON), now=now)
    assert sweep(database, now=TEN - timedelta(seconds=1))["unanswered appointments"] == 0
    assert sweep(database, now=TEN)["unanswered appointments"] == 1
    with database.read() as session:
        gone = find_appointment(session, asked.id)
        assert (gone.status, gone.cancelled_by) == ("cancelled", None)
        assert find_appointment(session, kept.id).status == "pending"
        assert waiting(session) == {"requested": 2, "declined": 1}
    with pytest.raises(AlreadyOver), database.write() as session:
        approve(session, kept.id, by=house.dana.id, now=NOON)


def test_the_mails_say_who_answers_and_what_came_of_it(
    database: Database, settings: Settings, house: House, asked: Appointment, now: datetime
) -> None:
    def told(kind: str, to: str, revision: int, when: datetime = now) -> tuple[str, str, str]:
        refs = {"appointment": asked.id, "revision": revision, "to": to}
        with database.read() as session:
            mail = render(session, claimed(kind, refs), settings, now=when)
        assert mail is not None
        parts = {part.get_content_type(): part for part in mail.walk()}
        words = str(parts["text/plain"].get_content())
        calendar = Calendar.from_ical(parts["text/calendar"].get_content())
        (event,) = calendar.walk("VEVENT")
        return mail["Subject"], words, f"{calendar['METHOD']} {event['STATUS']} {event['SEQUENCE']}"

    subject, words, calendar = told("appointment.requested", house.ana.id, 0)
    assert subject == "Your appointment waits for an answer"
    assert "kept for you until Dana answers" in words
    assert calendar == "REQUEST TENTATIVE 0"
    subject, words, _ = told("appointment.requested", house.dana.id, 0)
    assert (subject, "Say yes or no" in words) == ("An appointment waits for your answer", True)
    with database.write() as session:
        decline(session, asked.id, by=house.dana.id, reason="Away", now=now)
    subject, words, calendar = told("appointment.declined", house.ana.id, 1, TEN + timedelta(minutes=1))
    assert subject == "Your appointment does not take place"
    assert "Dana cannot take the time" in words and "Away" not in words
    assert calendar == "CANCEL CANCELLED 1"


def test_both_answers_are_recorded(
    database: Database, house: House, asked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        other = book(session, house.order(house.ben, NOON), now=now)
        approve(session, asked.id, by=house.dana.id, now=now)
        decline(session, other.id, by=house.dana.id, reason="Away", now=now)
        acts = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == house.dana.id)).all()
    assert {act.action for act in acts} >= {"appointment.approve", "appointment.decline"}
    assert not any("Away" in str(act.detail) for act in acts)
