"""The week of somebody who works here, and what of it is still to be noted."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from scheduling.appointments import Appointment, Status, of_practitioner
from web.context import actor, db, now, viewer_zone
from web.guards import requires
from web.reading_trail import note_reading
from web.week_entries import entries_of, initials
from web.week_grid import Entry, monday_of, week_of

blueprint = Blueprint("staff_week", __name__, url_prefix="/staff")
_WEEK = timedelta(weeks=1)


@blueprint.get("/")
@requires("staff")
def index() -> str:
    zone, names = viewer_zone(), "names" in request.args
    day = _asked_day(zone)
    monday = monday_of(day)
    span = _midnight(monday, zone), _midnight(monday + _WEEK, zone)
    with db().read() as session:
        entries = entries_of(session, actor().person_id, span, zone, now=now(), names=names)
        unnoted = _unnoted(session)
    if names:
        note_reading("week.read", "schedule", actor().person_id, week=monday.isoformat())
    return render_template(
        "staff/week.html",
        day=day,
        today=now().astimezone(zone).date(),
        week=week_of(entries, monday, zone),
        people=_people_on(entries, day, zone),
        last_week=day - _WEEK,
        next_week=day + _WEEK,
        names=names,
        unnoted=unnoted,
        initials=initials,
    )


def _asked_day(zone: ZoneInfo) -> date:
    """The day in the address, today without one or with nonsense; years away is nonsense too."""
    today = now().astimezone(zone).date()
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) < timedelta(days=3650) else today


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _people_on(entries: list[Entry], day: date, zone: ZoneInfo) -> int:
    meetings = (one for one in entries if one.href.startswith("/staff/appointments/"))
    return sum(one.starts_at.astimezone(zone).date() == day for one in meetings)


def _unnoted(session: Session) -> list[Appointment]:
    """The last week's that are over, and nobody has said whether the person came."""
    lately = of_practitioner(session, actor().person_id, now() - _WEEK, now())
    return [one for one in lately if one.status == Status.BOOKED and one.ends_at <= now()]
