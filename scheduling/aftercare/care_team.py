"""Who looks after a member: who admitted them, the practitioners of their plans, and those they meet."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
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
    return care_teams(session, [member_id], now=now)[member_id]


def care_teams(session: Session, member_ids: Collection[str], *, now: datetime) -> dict[str, CareTeam]:
    """The same for many at once."""
    planning = _pairs(session, select(CarePlan.member_id, CarePlan.practitioner_id), CarePlan, member_ids)
    begun = _pairs(session, select(CarePlan.member_id, CarePlan.begun_by), CarePlan, member_ids)
    lately = Appointment.status != Status.CANCELLED, Appointment.starts_at > now - LATELY
    met = select(Appointment.member_id, Appointment.practitioner_id).where(*lately).distinct()
    meeting = _pairs(session, met, Appointment, member_ids)
    return {
        one: CareTeam(one, frozenset(planning[one] | begun[one] | meeting[one]), unassigned=not planning[one])
        for one in member_ids
    }


def _pairs(
    session: Session,
    rows: Select[str, str],
    model: type[CarePlan] | type[Appointment],
    member_ids: Collection[str],
) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for member_id, practitioner_id in session.execute(rows.where(model.member_id.in_(member_ids))):
        found[member_id].add(practitioner_id)
    return found
