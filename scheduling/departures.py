"""What is still ahead of somebody who leaves, so that nobody waits for them in vain."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from auth.people import Person
from safety.oncall import OnCallShift
from scheduling.aftercare.plan_records import CarePlan, PlanStatus
from scheduling.appointment_records import Appointment, Status
from scheduling.group_dates import groups_of
from scheduling.group_records import Seat
from scheduling.meeting_records import Meeting, MeetingPerson
from scheduling.series_records import Series

_MOST = 200
_AHEAD = [Status.PROPOSED.value, Status.PENDING.value, Status.BOOKED.value]


@dataclass(frozen=True)
class Ahead:
    """`appointments`: the next two hundred at most; `cared_for`: members whose plan names them.

    Seats in groups that they lead are no appointments of theirs: the group is named once, in `groups`.
    """

    appointments: tuple[Appointment, ...]
    cared_for: tuple[Person, ...]
    groups: tuple[Series, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    shifts: tuple[OnCallShift, ...] = ()

    def __bool__(self) -> bool:
        return any((self.appointments, self.cared_for, self.groups, self.meetings, self.shifts))


def what_is_ahead(session: Session, person_id: str, *, now: datetime) -> Ahead:
    """Nothing is moved or cancelled: a person decides for each."""
    seats = select(Seat.appointment_id)
    led = and_(Appointment.practitioner_id == person_id, Appointment.id.not_in(seats))
    theirs = or_(led, Appointment.member_id == person_id)
    coming = theirs, Appointment.starts_at > now, Appointment.status.in_(_AHEAD)
    appointments = select(Appointment).where(*coming).order_by(Appointment.starts_at, Appointment.id)
    plans = CarePlan.practitioner_id == person_id, CarePlan.status == PlanStatus.ACTIVE
    members = select(CarePlan.member_id).where(*plans)
    cared_for = select(Person).where(Person.id.in_(members), Person.departed_at.is_(None))
    return Ahead(
        tuple(session.scalars(appointments.limit(_MOST))),
        tuple(session.scalars(cared_for.order_by(Person.name, Person.id))),
        tuple(groups_of(session, person_id, today=now.date())),
        tuple(_meetings_led(session, person_id)),
        tuple(_shifts(session, person_id, now)),
    )


def _meetings_led(session: Session, person_id: str) -> list[Meeting]:
    """Those that name them as host or moderator."""
    led = select(MeetingPerson.meeting_id).where(MeetingPerson.person_id == person_id)
    return list(session.scalars(select(Meeting).where(Meeting.id.in_(led)).order_by(Meeting.title)))


def _shifts(session: Session, person_id: str, now: datetime) -> list[OnCallShift]:
    """On call, from now on."""
    theirs = OnCallShift.person_id == person_id, OnCallShift.ends_at > now
    return list(session.scalars(select(OnCallShift).where(*theirs).order_by(OnCallShift.starts_at)))
