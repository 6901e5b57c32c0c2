"""On the member's page: the last number of each measure, how often they kept in touch, and what waits."""

from datetime import datetime

from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.aftercare.measures.history import weeks_checked_in
from scheduling.aftercare.measures.responses import due_measures
from web.context import viewer_zone
from web.measure_trends import trends_of
from web.staff.person_part import Part

_SHOWN = 4


def measures_part(session: Session, member: Person, at: datetime) -> Part | None:
    trends = trends_of(session, member.id, viewer_zone())
    facts = {
        "trends": trends[:_SHOWN],
        "due": due_measures(session, member.id, today=at.astimezone(viewer_zone()).date()),
        "weeks": weeks_checked_in(session, member.id, now=at, zone=viewer_zone()),
    }
    where = f"/staff/people/{member.id}/measures"
    return Part("Check-ins and measures", "staff/person_measures_part.html", facts, where, "All of it")
