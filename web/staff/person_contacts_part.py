"""On the member's page: when they last spoke with the team, what stands, and what is proposed."""

from datetime import datetime

from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.aftercare.concerns import open_concerns
from scheduling.aftercare.contacts import contacts_made
from scheduling.aftercare.plans import active_plan
from scheduling.aftercare.steps import open_step
from web.staff.person_part import Part
from web.staff.worklist_words import LEVELS, OUTCOMES, STEPS

_SHOWN = 3


def contacts_part(session: Session, member: Person, _at: datetime) -> Part:
    plan = active_plan(session, member.id)
    facts = {
        "made": contacts_made(session, member.id, limit=_SHOWN),
        "concerns": open_concerns(session, member.id) if plan else [],
        "step": open_step(session, member.id) if plan else None,
        "level": LEVELS[plan.level] if plan else None,
        "outcomes": OUTCOMES,
        "steps": STEPS,
        "where": f"/staff/people/{member.id}/step",
    }
    return Part(
        "Contact", "staff/person_contacts.html", facts, f"/staff/people/{member.id}/contacts", "Note one"
    )
