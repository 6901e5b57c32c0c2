"""Stepping a plan up or down: the contacts ahead follow the new level."""

from datetime import datetime

from sqlalchemy.orm import Session

from scheduling.aftercare.plan_records import CarePlan


def apply_step(
    session: Session, plan_id: str, direction: int, *, reason: str, by: str, now: datetime
) -> CarePlan:
    """Take the plan one level up (1) or down (-1) from tomorrow on, and say why.

    Raises UnknownPlan, PlanNotRunning, and NoFurtherStep at either end.
    """
    raise NotImplementedError
