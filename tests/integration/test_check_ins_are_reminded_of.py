"""Something that is due alone is reminded of once, in the morning of its day, and never after it was done."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select

from auth.people import Person
from foundation.database import Database
from foundation.outbox import Delivery
from foundation.settings import Settings
from scheduling import reminder_check_ins
from scheduling.aftercare.plan_contacts import contacts_of, finish_contact
from scheduling.aftercare.plan_records import ContactKind, ContactState
from scheduling.aftercare.plans import active_plan
from scheduling.reminder_changes import choose_reminders
from scheduling.reminder_check_ins import KIND, promise_check_ins
from scheduling.reminder_choices import Choice
from tests.browsing import words_of
from tests.builders.aftercare import a_contact_due, in_care
from tests.builders.mailed import render
from tests.builders.people import a_member
from tests.builders.plans import a_month_begun
from tests.builders.post import owed
from tests.builders.scheduling import a_working_practitioner

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
DISCHARGED = date(2026, 11, 27)
DAY = timedelta(days=1)
SEVENTH = datetime(2026, 12, 4, 18, 0, tzinfo=UTC)
"""Ten in the morning in Los Angeles, on the day of the first check-in."""


@pytest.fixture
def jonah(database: Database, now: datetime) -> Person:
    """With a plan of a month: four check-ins, a week apart, and two measures."""
    with database.write() as session:
        dana = a_working_practitioner(session, name="Dana Whitlock")
        jonah = a_member(session, name="Jonah Reed")
        a_month_begun(session, jonah, dana, DISCHARGED, now=now)
    return jonah


def promised(database: Database, now: datetime) -> list[Delivery]:
    with database.write() as session:
        promise_check_ins(session, now=now)
        return list(session.scalars(select(Delivery).where(Delivery.kind == KIND).order_by(Delivery.due_at)))


def test_the_next_days_are_promised_once_and_in_the_morning(database: Database, jonah: Person) -> None:
    found = promised(database, SEVENTH - DAY)
    assert found[-1].due_at == SEVENTH
    assert len(promised(database, SEVENTH - DAY)) == len(found)
    assert {one.refs["to"] for one in found} == {jonah.id}
    assert all(one.not_after and one.due_at < one.not_after for one in found)


def test_what_is_promised_after_ten_waits_for_the_next_morning(database: Database, jonah: Person) -> None:
    """A worker that was away begins in the afternoon: nobody is told of a morning then."""
    afternoon = SEVENTH + timedelta(hours=5)
    found = {one.refs["day"]: one.due_at for one in promised(database, afternoon)}
    assert found["2026-12-04"] == SEVENTH + DAY
    late = SEVENTH + 6 * DAY + timedelta(hours=5)
    with database.write() as session:
        session.execute(delete(Delivery).where(Delivery.kind == KIND))
    assert all(one.due_at.astimezone(LOS_ANGELES).hour == 10 for one in promised(database, late))


def test_two_on_one_day_are_one_reminder(database: Database, jonah: Person, now: datetime) -> None:
    keys = [one.key for one in promised(database, now)]
    assert len(keys) == len(set(keys)) == 1


def test_it_says_nothing_of_what_is_asked(database: Database, jonah: Person, settings: Settings) -> None:
    promised(database, SEVENTH - DAY)
    with database.read() as session:
        mail = render(session, owed(session, [KIND])[-1], settings, now=SEVENTH)
    assert mail is not None
    assert mail["Subject"] == "A few questions, whenever it suits"
    assert "/care\n" in words_of(mail)
    assert "nothing is lost" in words_of(mail)


def test_what_was_answered_is_not_reminded_of(
    database: Database, jonah: Person, settings: Settings, now: datetime
) -> None:
    promised(database, SEVENTH - DAY)
    with database.write() as session:
        [told] = [one for one in owed(session, [KIND]) if one.refs["day"] == "2026-12-04"]
        plan = active_plan(session, jonah.id)
        assert plan is not None
        for contact in contacts_of(session, plan.id):
            if contact.kind == ContactKind.CHECK_IN and contact.due_from == date(2026, 12, 4):
                finish_contact(session, contact.id, state=ContactState.DONE, by=jonah.id, now=SEVENTH)
        assert render(session, told, settings, now=SEVENTH) is None


def test_somebody_may_hear_of_appointments_alone(
    database: Database, jonah: Person, settings: Settings, now: datetime
) -> None:
    promised(database, SEVENTH - DAY)
    with database.write() as session:
        choose_reminders(session, jonah.id, Choice(check_ins=False), now=now)
        assert {render(session, one, settings, now=SEVENTH) for one in owed(session, [KIND])} == {None}


def test_quiet_hours_hold_here_too(database: Database, jonah: Person, now: datetime) -> None:
    with database.write() as session:
        choose_reminders(session, jonah.id, Choice(quiet_from=9 * 60, quiet_until=12 * 60), now=now)
    assert promised(database, SEVENTH - DAY)[-1].due_at == SEVENTH - timedelta(minutes=75)


def test_what_nobody_answered_in_time_is_in_nobodys_way(
    database: Database, jonah: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep takes a few hundred: those whose time is over must not fill it until the night."""
    monkeypatch.setattr(reminder_check_ins, "_AT_ONCE", 2)
    with database.write() as session:
        plan = active_plan(session, jonah.id)
        assert plan is not None
        for name in ("Ana", "Bo"):
            other = in_care(
                session,
                a_member(session, name=name),
                session.get_one(Person, plan.practitioner_id),
                began=DISCHARGED,
            )
            began = SEVENTH.date() - 3 * DAY
            a_contact_due(session, other, began, began, ContactKind.CHECK_IN)
    assert [one.refs["day"] for one in promised(database, SEVENTH - DAY)] == ["2026-12-04"]
