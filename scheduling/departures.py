"""What is still ahead of somebody who leaves, so that nobody waits for them in vain."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.aftercare.plan_records import CarePlan, PlanStatus
from scheduling.appointment_records import Appointment, Status

_MOST = 200
_AHEAD = [Status.PROPOSED.value, Status.PENDING.value, Status.BOOKED.value]


@dataclass(frozen=True)
class Ahead:
    """`appointments`: the next two hundred at most; `cared_for`: members whose plan names them."""

    appointments: tuple[Appointment, ...]
    cared_for: tuple[Person, ...]

    def __bool__(self) -> bool:
        return bool(self.appointments or self.cared_for)


def what_is_ahead(session: Session, person_id: str, *, now: datetime) -> Ahead:
    """Nothing is moved or cancelled: a person decides for each."""
    theirs = or_(Appointment.practitioner_id == person_id, Appointment.member_id == person_id)
    coming = theirs, Appointment.starts_at > now, Appointment.status.in_(_AHEAD)
    appointments = select(Appointment).where(*coming).order_by(Appointment.starts_at, Appointment.id)
    plans = CarePlan.practitioner_id == person_id, CarePlan.status == PlanStatus.ACTIVE
    members = select(CarePlan.member_id).where(*plans)
    cared_for = select(Person).where(Person.id.in_(members), Person.departed_at.is_(None))
    return Ahead(
        tuple(session.scalars(appointments.limit(_MOST))),
        tuple(session.scalars(cared_for.order_by(Person.name, Person.id))),
    )
