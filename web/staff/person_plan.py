"""The plan, on a member's page: how far it is, what comes next, or how to begin."""

from datetime import datetime

from sqlalchemy.orm import Session

from auth.people import Person
from foundation.timewords import short_day
from foundation.zones import find_zone
from scheduling.aftercare.plan_contacts import contacts_of
from scheduling.aftercare.plan_records import BY_STAFF, OPEN, CarePlan
from scheduling.aftercare.plans import active_plan, draft_of
from web.staff.care_words import KINDS, LEVELS
from web.staff.person_part import Part


def plan_part(session: Session, member: Person, now: datetime) -> Part:
    plan, draft = active_plan(session, member.id), draft_of(session, member.id)
    facts = {"plan": plan, "draft": draft, "member_id": member.id}
    if plan is None:
        return Part("Plan", "staff/person_plan.html", facts)
    more = {"level": LEVELS[plan.level], "next": _next(session, plan, now)}
    return Part(
        "Plan", "staff/person_plan.html", facts | more, f"/staff/people/{member.id}/plan", "The whole plan"
    )


def _next(session: Session, plan: CarePlan, now: datetime) -> str:
    """`Call, Sat 28 Nov`: what the staff has to do next, late or not; nothing when all is done."""
    zone = find_zone(plan.timezone)
    ahead = [one for one in contacts_of(session, plan.id) if one.state in OPEN and one.kind in BY_STAFF]
    first = min(ahead, key=lambda one: one.due_by, default=None)
    return f"{KINDS[first.kind]} by {short_day(first.due_by, zone)}" if first else ""
