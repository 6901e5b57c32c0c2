"""Who looks after a member: the practitioners of their plans, and those they have appointments with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.aftercare.plan_records import CarePlan
from scheduling.appointment_records import Appointment, Status

LATELY = timedelta(days=365)


@dataclass(frozen=True)
class CareTeam:
    """What the permission `member.care` is asked about.

    `unassigned` is whether nobody has ever made a plan for the member, so that somebody has to begin.
    """

    member_id: str
    practitioner_ids: frozenset[str]
    unassigned: bool = False


def care_team(session: Session, member_id: str, *, now: datetime) -> CareTeam:
    """Those of every plan, running or over, and whoever met or meets them within a year."""
    planning = frozenset(
        session.scalars(select(CarePlan.practitioner_id).where(CarePlan.member_id == member_id))
    )
    theirs = (
        Appointment.member_id == member_id,
        Appointment.status != Status.CANCELLED,
        Appointment.starts_at > now - LATELY,
    )
    meeting = frozenset(session.scalars(select(Appointment.practitioner_id).where(*theirs).distinct()))
    return CareTeam(member_id, planning | meeting, unassigned=not planning)
