"""The plan, on a member's page: how far it is, what comes next, or how to begin."""

from datetime import datetime

from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.aftercare.plans import active_plan, draft_of
from web.staff.person_part import Part


def plan_part(session: Session, member: Person, _now: datetime) -> Part:
    plan, draft = active_plan(session, member.id), draft_of(session, member.id)
    href, more = (f"/staff/people/{member.id}/plan", "The whole plan") if plan else ("", "")
    return Part("Plan", "staff/person_plan.html", {"plan": plan, "draft": draft}, href, more)
