"""One member's page for those who look after them: a part for each thing to know, and what to do next."""

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from auth.people import Person, find_member
from auth.permissions import allow
from foundation.timewords import clock
from foundation.zones import find_zone
from scheduling.aftercare.care_team import care_team
from scheduling.appointments import Appointment, of_member
from scheduling.series_dates import is_ahead
from web.context import actor, db, now
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.person_contacts_part import contacts_part
from web.staff.person_measures_part import measures_part
from web.staff.person_meetings_part import meetings_part
from web.staff.person_part import PartOf
from web.staff.person_plan import plan_part
from web.staff.person_steps_part import steps_part

blueprint = Blueprint("staff_person", __name__, url_prefix="/staff/people/<member_id>")
PARTS: tuple[PartOf, ...] = (plan_part, contacts_part, steps_part, measures_part, meetings_part)
"""In the order of the page. Measures, contacts and attendance add theirs."""


def cared_for(session: Session, member_id: str) -> Person:
    """The member, for whoever looks after them; for others there is nobody of that name (404)."""
    member = find_member(session, member_id)
    allow(actor(), "member.care", care_team(session, member.id, now=now()))
    return member


@blueprint.get("")
@requires("book.for_member")
def show(member_id: str) -> str:
    with db().read() as session:
        member = cared_for(session, member_id)
        made = [part(session, member, now()) for part in PARTS]
        coming = _next(session, member.id)
    note_reading("person.read", "person", member.id)
    parts = [one for one in made if one is not None]
    zone = find_zone(member.timezone)
    there = clock(now(), zone)
    return render_template(
        "staff/person.html", member=member, zone=zone, there=there, parts=parts, coming=coming
    )


def _next(session: Session, member_id: str) -> Appointment | None:
    ahead = [one for one in of_member(session, member_id) if is_ahead(one, now())]
    return min(ahead, key=lambda one: one.starts_at, default=None)
