"""A planned contact follows what becomes of its appointment: kept, missed, given back, or booked anew."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.aftercare.plan_contacts import find_booked
from scheduling.aftercare.plan_records import BY_STAFF, CarePlan, ContactState, PlannedContact, PlanStatus


def follow_attendance(session: Session, appointment_id: str, *, came: bool, now: datetime) -> None:
    """Whoever notes the appointment has noted the contact too; a slip put right is put right here as well."""
    contact = find_booked(session, appointment_id)
    if contact is not None and contact.state != ContactState.DROPPED:
        contact.state = (ContactState.DONE if came else ContactState.MISSED).value
        contact.done_at = now


def open_again(session: Session, appointment_id: str) -> None:
    """The appointment was given back: somebody still has to see to the contact."""
    contact = find_booked(session, appointment_id)
    if contact is not None and contact.state == ContactState.BOOKED:
        contact.state, contact.appointment_id = ContactState.DUE.value, None


def claim_contact(
    session: Session, appointment_id: str, member_id: str, practitioner_id: str, starts_at: datetime
) -> PlannedContact | None:
    """Tie a new appointment to the open contact that it falls in with, if there is one with this person."""
    plan = session.scalar(
        select(CarePlan).where(CarePlan.member_id == member_id, CarePlan.status == PlanStatus.ACTIVE)
    )
    if plan is None:
        return None
    day = starts_at.astimezone(ZoneInfo(plan.timezone)).date()
    contact = _open_on(session, plan.id, practitioner_id, day)
    if contact is not None:
        contact.state, contact.appointment_id = ContactState.BOOKED.value, appointment_id
    return contact


def _open_on(session: Session, plan_id: str, practitioner_id: str, day: date) -> PlannedContact | None:
    """The one that has to be over first; a call needs no appointment, so it waits for what is left."""
    rows = select(PlannedContact).where(
        PlannedContact.plan_id == plan_id,
        PlannedContact.practitioner_id == practitioner_id,
        PlannedContact.state == ContactState.DUE,
        PlannedContact.kind.in_(sorted(BY_STAFF)),
        PlannedContact.due_from <= day,
        PlannedContact.due_by >= day,
    )
    found = session.scalars(rows.order_by(PlannedContact.due_by, PlannedContact.id)).all()
    return min(found, key=lambda one: one.kind == "call", default=None)
