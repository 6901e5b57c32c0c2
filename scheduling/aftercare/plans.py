"""Finding care plans: the running one, one by its id, those of before; and the week one is in."""

from datetime import date
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.errors import DomainError
from scheduling.aftercare.plan_records import CarePlan, PlanStatus


class UnknownPlan(DomainError):
    code: ClassVar[str] = "unknown_plan"
    default: ClassVar[str] = "There is no such plan."


class PlanNotRunning(DomainError):
    """Whatever was to be changed belongs to a plan that has not begun, or is over."""

    code: ClassVar[str] = "plan_not_running"
    default: ClassVar[str] = "This plan is not running, so it stays as it is."


def week_of_plan(starts_on: date, today: date) -> int:
    """The week that a plan is in on `today`, a local day of the plan; the first is 1, for everybody alike."""
    return max((today - starts_on).days // 7 + 1, 1)


def active_plan(session: Session, member_id: str) -> CarePlan | None:
    """The one plan that runs now, if there is one."""
    return _in_state(session, member_id, PlanStatus.ACTIVE)


def draft_of(session: Session, member_id: str) -> CarePlan | None:
    """The admission that somebody has begun and nobody has confirmed."""
    return _in_state(session, member_id, PlanStatus.DRAFT)


def find_plan(session: Session, plan_id: str) -> CarePlan:
    """Whatever became of it. Raises UnknownPlan."""
    found = session.get(CarePlan, plan_id)
    if found is None:
        raise UnknownPlan
    return found


def find_active(session: Session, plan_id: str) -> CarePlan:
    """Read again, in case somebody ended it meanwhile. Raises UnknownPlan, PlanNotRunning."""
    plan = session.get(CarePlan, plan_id, populate_existing=True)
    if plan is None:
        raise UnknownPlan
    if plan.status != PlanStatus.ACTIVE:
        raise PlanNotRunning
    return plan


def plans_of(session: Session, member_id: str) -> list[CarePlan]:
    """Every plan that was ever confirmed, the newest first."""
    kept = CarePlan.member_id == member_id, CarePlan.status != PlanStatus.DRAFT
    return list(session.scalars(select(CarePlan).where(*kept).order_by(CarePlan.created_at.desc())))


def _in_state(session: Session, member_id: str, status: PlanStatus) -> CarePlan | None:
    wanted = CarePlan.member_id == member_id, CarePlan.status == status
    return session.scalar(select(CarePlan).where(*wanted))
