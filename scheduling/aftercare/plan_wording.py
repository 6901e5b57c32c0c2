"""The words of a running plan: what the next colleague needs, goals, triggers. People change; so do these.

As with the member's steps, the newest words stand and the trail says who changed which of them, when.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from foundation import audit
from foundation.database import lock
from foundation.errors import DomainError
from scheduling.aftercare.plan_records import CarePlan
from scheduling.aftercare.plans import find_active, find_plan


class StaleWording(DomainError):
    code: ClassVar[str] = "stale_wording"
    default: ClassVar[str] = (
        "Somebody changed this plan meanwhile. Their words stand beside the form; yours are still in it."
    )


@dataclass(frozen=True)
class Wording:
    """What was agreed, in words; each may be empty."""

    assessment: str = ""
    goals: str = ""
    triggers: str = ""


def wording_of(plan: CarePlan) -> Wording:
    return Wording(plan.assessment, plan.goals, plan.triggers)


def reword_plan(
    session: Session, plan_id: str, told: Wording, *, seen: int, by: str, now: datetime
) -> CarePlan:
    """Put these words into a running plan; the same words again change nothing.

    `seen` is the revision that the writer looked at. Raises UnknownPlan, PlanNotRunning, StaleWording.
    """
    lock(session, f"plan:{find_plan(session, plan_id).member_id}")
    plan = find_active(session, plan_id)
    before = asdict(wording_of(plan))
    changed = [name for name, words in asdict(told).items() if words != before[name]]
    if not changed:
        return plan
    if seen != plan.revision:
        raise StaleWording
    plan.assessment, plan.goals, plan.triggers = told.assessment, told.goals, told.triggers
    plan.revision, plan.changed_at = plan.revision + 1, now
    session.flush()
    detail = {"member": plan.member_id, "changed": changed}
    audit.record(
        session, actor=by, action="plan.reword", kind="plan", object_id=plan.id, now=now, detail=detail
    )
    return plan
