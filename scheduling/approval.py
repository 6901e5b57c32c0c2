"""Asking first: the practitioner says yes or no to what a member asks for. Meanwhile the time is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.permissions import NotAllowed
from foundation import audit
from foundation.errors import DomainError
from scheduling.announcements import BOOKED, DECLINED, announce
from scheduling.appointment_records import Appointment, Status
from scheduling.conflicts import lock_time
from scheduling.offers import offer_freed
from scheduling.rebooking import changed, give_back, locked
from scheduling.waiting_lists import hold_lists

_AT_ONCE = 50


class NotPending(DomainError):
    """It was answered before, or never needed an answer."""

    code: ClassVar[str] = "not_pending"
    default: ClassVar[str] = "This was answered already. Look at it again; it can still be cancelled."


def approve(session: Session, appointment_id: str, *, by: str, now: datetime) -> Appointment:
    """Say yes: it is booked, both are told and reminded. Saying it again changes nothing.

    Raises AlreadyCancelled, AlreadyOver, UnknownAppointment; NotAllowed when members answer themselves.
    """
    appointment = _asked(session, appointment_id, by, now)
    if appointment.status != Status.PENDING:
        return appointment
    appointment.status = Status.BOOKED.value
    changed(session, appointment, now)
    announce(session, appointment, BOOKED, now=now)
    _record(session, "appointment.approve", appointment, by, now)
    return appointment


def decline(
    session: Session, appointment_id: str, *, by: str, reason: str = "", now: datetime
) -> Appointment:
    """Say no: the time is free again and the member is told. Raises NotPending, and what `approve` raises."""
    appointment = _asked(session, appointment_id, by, now)
    if appointment.status != Status.PENDING:
        raise NotPending
    _decline(session, appointment, by, reason, now)
    return appointment


def pending_of(session: Session, practitioner_id: str) -> list[Appointment]:
    """What waits for this practitioner's answer, by time."""
    theirs = Appointment.practitioner_id == practitioner_id, Appointment.status == Status.PENDING
    return list(session.scalars(select(Appointment).where(*theirs).order_by(Appointment.starts_at)))


def decline_overdue(session: Session, *, now: datetime) -> int:
    """Decline what nobody has answered before its time came; returns how many."""
    overdue = _overdue(session, now)
    lock_time(session, *{person for one in overdue for person in one.parties})
    for one in overdue:
        session.refresh(one)
    left = [one for one in overdue if one.status == Status.PENDING and one.starts_at <= now]
    hold_lists(session, *(one.service_id for one in left))
    for one in left:
        _decline(session, one, None, "", now)
    return len(left)


def _asked(session: Session, appointment_id: str, by: str, now: datetime) -> Appointment:
    appointment = locked(session, appointment_id, now)
    if by == appointment.member_id:
        raise NotAllowed("The answer is your practitioner's to give. You can cancel it at any time.")
    return appointment


def _overdue(session: Session, now: datetime) -> Sequence[Appointment]:
    waiting = Appointment.status == Status.PENDING, Appointment.starts_at <= now
    return session.scalars(select(Appointment).where(*waiting).limit(_AT_ONCE)).all()


def _decline(session: Session, appointment: Appointment, by: str | None, reason: str, now: datetime) -> None:
    give_back(session, appointment, by, reason)
    changed(session, appointment, now)
    announce(session, appointment, DECLINED, now=now)
    _record(session, "appointment.decline", appointment, by, now)
    offer_freed(session, appointment, now=now)


def _record(session: Session, action: str, one: Appointment, by: str | None, now: datetime) -> None:
    detail = {"revision": one.revision}
    audit.record(
        session, actor=by, action=action, kind="appointment", object_id=one.id, now=now, detail=detail
    )
