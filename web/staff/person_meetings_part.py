"""How often a member comes to meetings, on their page."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from auth.people import Person
from foundation.timewords import local_date
from foundation.zones import find_zone
from scheduling.attendance_journal import attended
from scheduling.kept_weeks import WEEKS, kept_weeks
from web.staff.person_part import Part

_LATELY = timedelta(weeks=WEEKS)


def meetings_part(session: Session, member: Person, at: datetime) -> Part:
    """How many of the last twelve weeks had a meeting, and the last one."""
    times = attended(session, [member.id], since=at - _LATELY).get(member.id, [])
    zone = find_zone(member.timezone)
    kept = kept_weeks((local_date(one, zone) for one in times), local_date(at, zone))
    facts = {"kept": kept, "last": times[-1] if times else None}
    href = f"/staff/people/{member.id}/meetings"
    return Part("Meetings", "staff/person_meetings_part.html", facts, href, "Which ones, and marking")
