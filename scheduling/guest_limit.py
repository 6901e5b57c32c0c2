"""A person without a role has proven an address and no more: they take a few times, not a whole calendar."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.errors import DomainError
from scheduling.appointment_records import Appointment, Status

MOST_AHEAD = 3


class EnoughAhead(DomainError):
    code: ClassVar[str] = "enough_ahead"
    default: ClassVar[str] = "You have three times booked with us. Come to one of them first, or cancel one."


def require_room(session: Session, person_id: str, *, now: datetime) -> None:
    """Raises EnoughAhead for a guest who has as many times ahead as guests can have."""
    if find_person(session, person_id).roles:
        return
    ahead = (
        Appointment.member_id == person_id,
        Appointment.status.in_([Status.PENDING, Status.BOOKED]),
        Appointment.starts_at > now,
    )
    if (session.scalar(select(func.count()).where(*ahead)) or 0) >= MOST_AHEAD:
        raise EnoughAhead
