"""A running plan: contacts follow their appointments, steps change what is ahead, and it ends in one go."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.audit import AuditEntry
from foundation.database import is_postgres
from foundation.outbox import Delivery
from scheduling.aftercare.plan_contacts import contacts_of, due_contacts, finish_contact
from scheduling.aftercare.plan_endings import BadEnding, end_plan
from scheduling.aftercare.plan_records import CarePlan, ContactState, PlannedContact, PlanStatus
from scheduling.aftercare.plans import PlanNotRunning, active_plan
from scheduling.aftercare.stepping import NoFurtherStep, NoReason, apply_step
from scheduling.appointments import Appointment, cancel, of_member
from scheduling.attendance import fulfil, miss
from tests.builders.plans import a_month_begun
from tests.builders.scheduling import a_booking
from tests.clinic import NOW, Clinic

DISCHARGE = date(2026, 11, 27)
WHY = "Steady for weeks, and asks for fewer."


def begun(session: Session, clinic: Clinic, **chosen: object) -> CarePlan:
    services = {"regular_service": clinic.service.id, "follow_up_service": clinic.service.id}
    return a_month_begun(session, clinic.jonah, clinic.dana, DISCHARGE, now=NOW, **{**services, **chosen})


def of_kind(session: Session, plan: CarePlan, kind: str) -> list[PlannedContact]:
    return [one for one in contacts_of(session, plan.id) if one.kind == kind]


def step(session: Session, clinic: Clinic, plan: CarePlan, direction: int, now: datetime = NOW) -> CarePlan:
    return apply_step(session, plan.id, direction, reason=WHY, by=clinic.dana.id, now=now)


def first_appointment(session: Session, contact: PlannedContact) -> Appointment:
    return session.get_one(Appointment, contact.appointment_id)


def test_whoever_came_has_had_their_contact_and_a_slip_is_put_right(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        contact = of_kind(session, begun(session, clinic), "checkup")[0]
        there = first_appointment(session, contact)
        miss(session, there.id, by=clinic.dana.id, now=there.ends_at)
        assert contact.state == "missed"
        fulfil(session, there.id, by=clinic.dana.id, now=there.ends_at)
        assert contact.state == "done"


def test_a_cancelled_session_leaves_its_contact_to_be_seen_to_and_a_new_one_takes_it_up(
    clinic: Clinic,
) -> None:
    with clinic.database.write() as session:
        contact = of_kind(session, begun(session, clinic), "checkup")[1]
        at = first_appointment(session, contact).starts_at
        cancel(session, str(contact.appointment_id), by=clinic.jonah.id, now=NOW)
        assert (contact.state, contact.appointment_id) == ("due", None)
        again = clinic_books(session, clinic, at + timedelta(hours=1))
        assert (contact.state, contact.appointment_id) == ("booked", again.id)


def clinic_books(session: Session, clinic: Clinic, at: datetime) -> Appointment:
    parties = {"member": clinic.jonah, "practitioner": clinic.dana, "service": clinic.service}
    return a_booking(session, at, now=NOW, **parties)  # type: ignore[arg-type]


def test_what_is_done_stays_done(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        [call] = of_kind(session, begun(session, clinic), "call")
        finish_contact(session, call.id, state=ContactState.DONE, by=clinic.dana.id, now=NOW)
        finish_contact(session, call.id, state=ContactState.MISSED, by=None, now=NOW)
        assert call.state == "done"


def test_who_looked_before_it_was_done_does_not_make_it_missed(clinic: Clinic) -> None:
    """On SQLite nobody writes meanwhile; on PostgreSQL what was read before may be old."""
    with clinic.database.write() as session:
        call_id = of_kind(session, begun(session, clinic), "call")[0].id
    with clinic.database.write() as slow:
        seen = slow.get_one(PlannedContact, call_id)
        if not is_postgres(slow):
            return
        with clinic.database.write() as quick:
            finish_contact(quick, call_id, state=ContactState.DONE, by=clinic.dana.id, now=NOW)
        finish_contact(slow, seen.id, state=ContactState.MISSED, by=None, now=NOW)
        assert seen.state == "done"


def test_due_contacts_are_those_whose_day_has_come(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        begun(session, clinic)
        today = DISCHARGE + timedelta(days=1)
        found = due_contacts(session, today=today, practitioner_id=clinic.dana.id)
        assert {one.kind for one in found} == {"call", "checkup", "measure"}
        assert found[0].kind == "call", "it has to be over first"
        assert due_contacts(session, today=today, member_ids=[clinic.dana.id]) == []


def test_stepping_down_gives_every_second_session_back_with_one_mail(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        plan = begun(session, clinic)
        step(session, clinic, plan, -1)
        assert [one.state for one in of_kind(session, plan, "checkup")] == [
            "booked",
            "dropped",
            "booked",
            "dropped",
        ]
        ahead = [one for one in of_member(session, clinic.jonah.id) if not one.is_cancelled]
        assert len(ahead) == 3
        told = select(Delivery).where(Delivery.kind == "series.changed")
        assert len(session.scalars(told).all()) == 2, "one for each of the two"
        assert of_kind(session, plan, "follow_up")[0].state == "booked", "what stands by itself stays"


def test_stepping_up_adds_calls_and_touches_no_appointment(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        plan = begun(session, clinic)
        before = [one.starts_at for one in of_member(session, clinic.jonah.id)]
        step(session, clinic, plan, 1)
        calls = of_kind(session, plan, "call")
        assert [(one.due_from - DISCHARGE).days for one in calls] == [1, 4, 11, 18, 25]
        assert [one.starts_at for one in of_member(session, clinic.jonah.id)] == before
        assert plan.level == 1


def test_a_step_back_brings_what_was_left_out_to_be_booked_again(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        plan = begun(session, clinic)
        step(session, clinic, plan, -1)
        step(session, clinic, plan, 1)
        assert [one.state for one in of_kind(session, plan, "checkup")] == ["booked", "due", "booked", "due"]
        assert plan.level == 0


def test_a_step_leaves_the_past_alone(clinic: Clinic) -> None:
    later = datetime(2026, 12, 7, 20, 0, tzinfo=UTC)
    with clinic.database.write() as session:
        plan = begun(session, clinic)
        step(session, clinic, plan, -1, now=later)
        assert [one.state for one in of_kind(session, plan, "checkup")] == [
            "booked",
            "booked",
            "booked",
            "dropped",
        ]


def test_a_step_needs_a_reason_and_room_to_go(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        plan = begun(session, clinic)
        with pytest.raises(NoReason):
            apply_step(session, plan.id, 1, reason=" ", by=clinic.dana.id, now=NOW)
        step(session, clinic, plan, 1)
        with pytest.raises(NoFurtherStep):
            step(session, clinic, plan, 1)


def test_the_trail_says_that_there_was_a_step_and_not_why(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        step(session, clinic, begun(session, clinic), 1)
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.step"))
        assert (entry.detail["from"], entry.detail["to"], entry.detail["added"]) == (0, 1, 4)
        assert WHY not in str(entry.detail)


def test_an_ended_plan_gives_its_time_back_and_promises_nothing_more(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        plan = begun(session, clinic)
        with pytest.raises(BadEnding):
            end_plan(session, plan.id, PlanStatus.REVOKED, "", by=clinic.dana.id, now=NOW)
        end_plan(session, plan.id, PlanStatus.REVOKED, "Moves away.", by=clinic.dana.id, now=NOW)
        assert {one.state for one in contacts_of(session, plan.id)} == {"dropped"}
        assert all(one.is_cancelled for one in of_member(session, clinic.jonah.id))
        assert active_plan(session, clinic.jonah.id) is None
        with pytest.raises(PlanNotRunning):
            step(session, clinic, plan, 1)
