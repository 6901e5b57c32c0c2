"""How many plans run with each schedule."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduling.aftercare.plan_records import CarePlan, PlanStatus, PlanTemplate


def plans_on(session: Session) -> dict[str, int]:
    """Running plans by the schedule's slug, whichever version each keeps."""
    counted = (
        select(PlanTemplate.slug, func.count())
        .join(CarePlan, CarePlan.template_id == PlanTemplate.id)
        .where(CarePlan.status == PlanStatus.ACTIVE)
        .group_by(PlanTemplate.slug)
    )
    return dict(session.execute(counted).all())
