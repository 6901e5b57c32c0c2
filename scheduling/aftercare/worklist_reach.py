"""What belongs beside a name on the worklist: how to reach the member, when they last spoke, what is next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.contact_consents import ContactWay, ways_agreed_by
from auth.people import Person
from scheduling.aftercare.checkup_records import Checkup, Outcome
from scheduling.appointment_records import Appointment, Status

_CAME = (Status.ARRIVED, Status.FULFILLED)
_AHEAD = (Status.BOOKED, Status.PENDING)


@dataclass(frozen=True)
class Reach:
    """Empty where the member has not agreed to that way, or has left nothing to use it with."""

    call: str = ""
    text: str = ""
    mail: str = ""
    spoke_at: datetime | None = None
    next_at: datetime | None = None


def reach_of(session: Session, member_ids: Collection[str], *, now: datetime) -> dict[str, Reach]:
    """For each of these members; opens their numbers, so ask for no more than are shown."""
    agreed = ways_agreed_by(session, member_ids)
    rows = select(Person.id, Person.phone, Person.email).where(Person.id.in_(member_ids))
    spoke, ahead = _spoke(session, member_ids, now), _next(session, member_ids, now)
    found = {}
    for member_id, phone, email in session.execute(rows):
        ways = agreed.get(member_id, frozenset())
        found[member_id] = Reach(
            call=phone or "" if ContactWay.CALL in ways else "",
            text=phone or "" if ContactWay.TEXT in ways else "",
            mail=email if ContactWay.MAIL in ways else "",
            spoke_at=spoke.get(member_id),
            next_at=ahead.get(member_id),
        )
    return found


def _spoke(session: Session, member_ids: Collection[str], now: datetime) -> dict[str, datetime]:
    """When somebody of the team last met or reached each."""
    reached = (
        select(Checkup.member_id, func.max(Checkup.at))
        .where(Checkup.member_id.in_(member_ids), Checkup.outcome == Outcome.REACHED)
        .where(Checkup.taken_back_at.is_(None))
        .group_by(Checkup.member_id)
    )
    met = (
        select(Appointment.member_id, func.max(Appointment.starts_at))
        .where(Appointment.member_id.in_(member_ids), Appointment.status.in_(_CAME))
        .where(Appointment.starts_at <= now)
        .group_by(Appointment.member_id)
    )
    found: dict[str, datetime] = {}
    for rows in (reached, met):
        for member_id, at in session.execute(rows):
            found[member_id] = max(at, found.get(member_id, at))
    return found


def _next(session: Session, member_ids: Collection[str], now: datetime) -> dict[str, datetime]:
    rows = (
        select(Appointment.member_id, func.min(Appointment.starts_at))
        .where(Appointment.member_id.in_(member_ids), Appointment.status.in_(_AHEAD))
        .where(Appointment.starts_at > now, Appointment.occurrence_id.is_(None))
        .group_by(Appointment.member_id)
    )
    return dict(session.execute(rows).all())
