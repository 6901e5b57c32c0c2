"""Ending a plan: completed as agreed, or revoked before its time. What was done stays on record."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from foundation import audit
from foundation.database import lock
from foundation.errors import DomainError
from scheduling.aftercare.giving_back import give_back_contacts
from scheduling.aftercare.plan_contacts import contacts_of
from scheduling.aftercare.plan_records import OPEN, CarePlan, PlanStatus
from scheduling.aftercare.plans import find_active, find_plan


class BadEnding(DomainError):
    code: ClassVar[str] = "bad_ending"
    default: ClassVar[str] = "Say whether the plan is completed or ended early, and why."


def end_plan(
    session: Session, plan_id: str, status: PlanStatus, reason: str, *, by: str, now: datetime
) -> CarePlan:
    """Completed, or revoked with a reason: open contacts are dropped and appointments ahead given back.

    The member's own steps, supporters and groups stay theirs. Raises UnknownPlan, PlanNotRunning, BadEnding.
    """
    is_early = status == PlanStatus.REVOKED
    if status not in {PlanStatus.COMPLETED, PlanStatus.REVOKED} or (is_early and not reason.strip()):
        raise BadEnding
    plan = find_plan(session, plan_id)
    lock(session, f"plan:{plan.member_id}", f"time:{plan.member_id}", f"time:{plan.practitioner_id}")
    plan = find_active(session, plan_id)
    left = [one for one in contacts_of(session, plan.id, hold=True) if one.state in OPEN]
    give_back_contacts(session, left, by=by, now=now)
    plan.status, plan.end_reason = status.value, reason.strip()
    plan.ended_at = plan.changed_at = now
    plan.revision += 1
    session.flush()
    detail = {"member": plan.member_id, "status": plan.status, "dropped": len(left)}
    audit.record(session, actor=by, action="plan.end", kind="plan", object_id=plan.id, now=now, detail=detail)
    return plan
