"""Whom a member knows already, so that they need not be looked for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduling.appointment_records import Appointment, Status


@dataclass(frozen=True)
class Acquaintance:
    """A practitioner with whom the member has appointments; `since` is the start of the first."""

    practitioner_id: str
    since: datetime


def acquaintances(session: Session, member_id: str) -> list[Acquaintance]:
    """Everybody the member has met or will meet, the latest first; what was cancelled does not count."""
    met = (
        select(Appointment.practitioner_id, func.min(Appointment.starts_at))
        .where(Appointment.member_id == member_id, Appointment.status != Status.CANCELLED)
        .group_by(Appointment.practitioner_id)
        .order_by(func.max(Appointment.starts_at).desc())
    )
    return [Acquaintance(one, since) for one, since in session.execute(met)]
