"""Moving and cancelling: the uid stays, the revision rises, old mails and reminders are withdrawn."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.audit import AuditEntry
from foundation.database import Database
from foundation.outbox import Delivery
from scheduling.appointments import (
    AlreadyCancelled,
    AlreadyOver,
    Appointment,
    OutsideNotice,
    SlotTaken,
    Stale,
    Status,
    UnknownAppointment,
    book,
    cancel,
    find_appointment,
    move,
)
from scheduling.openings import openings
from tests.builders.scheduling import House

TEN = datetime(2026, 12, 2, 10, 0, tzinfo=UTC)
NOON = TEN + timedelta(hours=2)


@pytest.fixture
def house(database: Database) -> House:
    with database.write() as session:
        return House(session)


@pytest.fixture
def booked(database: Database, house: House, now: datetime) -> Appointment:
    with database.write() as session:
        return book(session, house.order(house.ana, TEN), now=now)


def test_moving_keeps_the_uid_and_raises_the_revision(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        move(session, booked.id, NOON, revision=0, by=house.ana.id, now=now)
    with database.read() as session:
        moved = find_appointment(session, booked.id)
    assert (moved.uid, moved.revision, moved.starts_at) == (booked.uid, 1, NOON)
    assert (moved.moved_from, moved.moved_by) == (TEN, house.ana.id)
    assert moved.ends_at == NOON + timedelta(minutes=50)


def test_moving_frees_the_old_time_and_takes_the_new(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        move(session, booked.id, NOON, revision=0, by=house.ana.id, now=now)
    with pytest.raises(SlotTaken), database.write() as session:
        book(session, house.order(house.ben, NOON), now=now)
    with database.write() as session:
        assert book(session, house.order(house.ben, TEN), now=now)


def test_an_appointment_can_move_into_its_own_time(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    later = TEN + timedelta(minutes=20)
    with database.write() as session:
        day = TEN.date()
        who, zone = [house.dana.id], ZoneInfo("UTC")
        free = openings(session, house.service, who, day, day, zone, now=now, ignoring=booked.id)
        assert later in [slot.starts_at for slot in free]
        assert move(session, booked.id, later, revision=0, by=house.ana.id, now=now).starts_at == later


def test_moving_onto_a_taken_time_changes_nothing(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        book(session, house.order(house.ben, NOON), now=now)
    with pytest.raises(SlotTaken) as refusal, database.write() as session:
        move(session, booked.id, NOON, revision=0, by=house.ana.id, now=now)
    assert refusal.value.alternatives
    with database.read() as session:
        assert find_appointment(session, booked.id).starts_at == TEN


def test_a_stale_look_moves_nothing(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        move(session, booked.id, NOON, revision=0, by=house.dana.id, now=now)
    with pytest.raises(Stale), database.write() as session:
        move(session, booked.id, NOON + timedelta(hours=1), revision=0, by=house.ana.id, now=now)


def test_moving_to_where_it_is_changes_nothing(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        same = move(session, booked.id, TEN, revision=0, by=house.ana.id, now=now)
        assert (same.revision, same.moved_from) == (0, None)


def test_moving_promises_anew_and_withdraws_the_old(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        move(session, booked.id, NOON, revision=0, by=house.ana.id, now=now)
        assert kinds(session, "waiting", 1) == ["appointment.moved"] * 2 + ["appointment.reminder"] * 6
        assert kinds(session, "dropped", 0) == ["appointment.booked"] * 2 + ["appointment.reminder"] * 6
        assert not kinds(session, "waiting", 0)
        reminders = session.scalars(select(Delivery).where(Delivery.kind == "appointment.reminder"))
        assert {row.not_after for row in reminders if row.refs["revision"] == 1} == {NOON}


def test_cancelling_gives_the_time_back(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        gone = cancel(session, booked.id, by=house.ana.id, reason="A cold", now=now)
        assert (gone.status, gone.revision, gone.cancelled_late) == ("cancelled", 1, False)
        assert gone.cancel_reason == "A cold"
    with database.write() as session:
        assert book(session, house.order(house.ben, TEN), now=now)


def test_cancelling_leaves_no_reminder_behind(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        cancel(session, booked.id, by=house.dana.id, now=now)
        assert kinds(session, "waiting", 0) == []
        assert kinds(session, "waiting", 1) == ["appointment.cancelled"] * 2


@pytest.mark.parametrize(("hours", "late"), [(24, False), (23.9, True)])
def test_cancelling_inside_the_window_is_late(
    database: Database, house: House, booked: Appointment, hours: float, late: bool
) -> None:
    with database.write() as session:
        before = TEN - timedelta(hours=hours)
        assert cancel(session, booked.id, by=house.ana.id, now=before).cancelled_late is late


def test_what_is_cancelled_or_over_stays_so(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with pytest.raises(AlreadyOver), database.write() as session:
        cancel(session, booked.id, by=house.ana.id, now=TEN)
    with pytest.raises(AlreadyOver), database.write() as session:
        move(session, booked.id, NOON, revision=0, by=house.ana.id, now=TEN)
    with database.write() as session:
        cancel(session, booked.id, by=house.ana.id, now=now)
    with pytest.raises(AlreadyCancelled), database.write() as session:
        cancel(session, booked.id, by=house.ana.id, now=now)
    with pytest.raises(AlreadyCancelled), database.write() as session:
        move(session, booked.id, NOON, revision=1, by=house.ana.id, now=now)


def test_somebody_who_has_arrived_early_is_not_moved(
    database: Database, house: House, booked: Appointment
) -> None:
    early = TEN - timedelta(minutes=5)
    with database.write() as session:
        find_appointment(session, booked.id).status = Status.ARRIVED.value
    with pytest.raises(AlreadyOver), database.write() as session:
        move(session, booked.id, NOON, revision=0, by=house.ana.id, now=early)


def test_moving_keeps_the_notice(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with pytest.raises(OutsideNotice), database.write() as session:
        nine = TEN - timedelta(hours=1)
        move(session, booked.id, nine, revision=0, by=house.ana.id, now=nine - timedelta(minutes=30))


def test_an_unknown_appointment_is_said_to_be_unknown(database: Database, now: datetime) -> None:
    with pytest.raises(UnknownAppointment), database.write() as session:
        cancel(session, "nothing", by="nobody", now=now)
    with pytest.raises(UnknownAppointment), database.read() as session:
        find_appointment(session, "nothing")


def test_each_act_is_recorded_without_its_words(
    database: Database, house: House, booked: Appointment, now: datetime
) -> None:
    with database.write() as session:
        cancel(session, booked.id, by=house.ana.id, reason="A cold", now=now)
        acts = session.scalars(select(AuditEntry).where(AuditEntry.object_id == booked.id)).all()
        assert {act.action for act in acts} == {"appointment.book", "appointment.cancel"}
        assert not any("cold" in str(act.detail) for act in acts)


def kinds(session: Session, state: str, revision: int) -> list[str]:
    rows = session.scalars(select(Delivery).where(Delivery.state == state))
    return sorted(row.kind for row in rows if row.refs["revision"] == revision)
