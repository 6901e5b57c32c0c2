"""What brings a member and the team together next: booked times, and days within which somebody rings."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.timewords import local_date
from realtime.room import first_names
from scheduling.aftercare.plan_contacts import contacts_of
from scheduling.aftercare.plan_records import BY_STAFF, CarePlan, ContactState, PlannedContact
from scheduling.appointment_records import Appointment, Status
from web.context import now

_AHEAD = timedelta(weeks=8)


@dataclass(frozen=True)
class Contact:
    """One of them. Without an `appointment` a promise: somebody gets in touch from `first` to `last`."""

    who: str
    first: date
    last: date
    kind: str = ""
    appointment: Appointment | None = None
    is_under_way: bool = False


def contacts_ahead(session: Session, member_id: str, plan: CarePlan | None, zone: ZoneInfo) -> list[Contact]:
    """Of the next eight weeks, in order; a promise stands where it has to be kept at the latest."""
    booked = _booked(session, member_id)
    today = local_date(now(), ZoneInfo(plan.timezone) if plan else zone)
    promised = _promised(session, plan, today) if plan else []
    staff = {one.practitioner_id for one in booked} | {one.practitioner_id for one in promised}
    names = first_names(session, set(staff))
    found = [_of_appointment(one, names, zone) for one in booked]
    found += [_of_promise(one, names, today) for one in promised]
    return sorted(found, key=lambda one: (one.last, one.appointment is None))


def _booked(session: Session, member_id: str) -> list[Appointment]:
    theirs = Appointment.member_id == member_id, Appointment.status == Status.BOOKED
    ahead = Appointment.ends_at > now(), Appointment.starts_at < now() + _AHEAD
    return list(session.scalars(select(Appointment).where(*theirs, *ahead).order_by(Appointment.starts_at)))


def _promised(session: Session, plan: CarePlan, today: date) -> list[PlannedContact]:
    """What has no appointment and is not over; what was missed is for the team to make good."""
    return [
        one
        for one in contacts_of(session, plan.id)
        if one.kind in BY_STAFF
        and one.state == ContactState.DUE
        and today <= one.due_by
        and one.due_from < today + _AHEAD
    ]


def _of_promise(one: PlannedContact, names: dict[str, str], today: date) -> Contact:
    begun = one.due_from <= today
    return Contact(names[one.practitioner_id], one.due_from, one.due_by, one.kind, is_under_way=begun)


def _of_appointment(one: Appointment, names: dict[str, str], zone: ZoneInfo) -> Contact:
    day = local_date(one.starts_at, zone)
    return Contact(names[one.practitioner_id], day, day, appointment=one)
