"""How a member may be reached, and whether they have steps for a hard moment, on their page."""

from datetime import datetime

from sqlalchemy.orm import Session

from auth.contact_consents import ways_agreed
from auth.people import Person
from scheduling.aftercare.supporters import supporters_of
from scheduling.aftercare.urge_plans import find_urge_plan
from web.care.way_words import way_words
from web.staff.person_part import Part


def steps_part(session: Session, member: Person, _at: datetime) -> Part:
    """No word of the steps: those are on a page of their own, where each reading is noted."""
    kept = find_urge_plan(session, member.id)
    facts = {
        "ways": way_words(ways_agreed(session, member.id)),
        "written_at": kept.written_at if kept else None,
        "beside": len(supporters_of(session, member.id)),
    }
    href = f"/staff/people/{member.id}/steps"
    return Part(
        "Reaching them, and their steps", "staff/person_steps_part.html", facts, href, "Read the steps"
    )
