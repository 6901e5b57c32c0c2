"""Appointments: the front door to finding, holding, booking, moving and cancelling them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.appointment_records import Appointment, Status
from scheduling.booking import Book, book
from scheduling.holds import Hold, hold, release
from scheduling.rebooking import cancel, move
from scheduling.refusals import (
    AlreadyCancelled,
    AlreadyOver,
    BeyondHorizon,
    KeyReused,
    LimitReached,
    NotASlot,
    OutsideNotice,
    SlotTaken,
    Stale,
    UnknownAppointment,
)

__all__ = [
    "AlreadyCancelled",
    "AlreadyOver",
    "Appointment",
    "BeyondHorizon",
    "Book",
    "Hold",
    "KeyReused",
    "LimitReached",
    "NotASlot",
    "OutsideNotice",
    "SlotTaken",
    "Stale",
    "Status",
    "UnknownAppointment",
    "book",
    "cancel",
    "find_appointment",
    "hold",
    "move",
    "of_member",
    "of_practitioner",
    "release",
]


def find_appointment(session: Session, appointment_id: str) -> Appointment:
    """Raises UnknownAppointment."""
    appointment = session.get(Appointment, appointment_id)
    if appointment is None:
        raise UnknownAppointment
    return appointment


def of_member(session: Session, member_id: str) -> list[Appointment]:
    """All of a member's, past and cancelled ones too, by time."""
    own = select(Appointment).where(Appointment.member_id == member_id)
    return list(session.scalars(own.order_by(Appointment.starts_at)))


def of_practitioner(
    session: Session, practitioner_id: str, start: datetime, end: datetime
) -> list[Appointment]:
    """A practitioner's that start within [start, end), cancelled ones too, by time."""
    theirs = select(Appointment).where(
        Appointment.practitioner_id == practitioner_id,
        Appointment.starts_at >= start,
        Appointment.starts_at < end,
    )
    return list(session.scalars(theirs.order_by(Appointment.starts_at)))
