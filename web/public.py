"""What everybody may see: the front door, help, the plain page after leaving, and what robots ask."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template
from sqlalchemy.orm import Session

from auth.people import find_person
from auth.permissions import may
from foundation import timewords
from safety.helplines import helplines
from scheduling.appointments import Appointment, of_member
from scheduling.services import Audience, Service, list_services
from web.context import actor_or_none, db, now, settings, viewer_zone
from web.guards import public
from web.on_call import on_call_now
from web.timetable import entries, is_today, next_entry, visible_meetings

blueprint = Blueprint("public", __name__)
_WEEK = timedelta(days=7)
_LISTED = 5


@dataclass(frozen=True)
class NextAppointment:
    appointment: Appointment
    service: str
    mode: str
    practitioner: str


@blueprint.get("/")
@public
def home() -> str:
    zone, somebody = viewer_zone(), actor_or_none()
    with db().read() as session:
        listed = entries(session, visible_meetings(session, somebody), zone, now=now())
        on_call = on_call_now(session)
        mine = _next_appointment(session)
        is_open = somebody is None and any(one.audience == Audience.PUBLIC for one in list_services(session))
    first = next_entry(listed)
    return render_template(
        "public/home.html",
        first=first,
        week=[one for one in listed if one is not first and one.occurrence.starts_at < now() + _WEEK][
            :_LISTED
        ],
        host_zone=ZoneInfo(first.occurrence.timezone) if first else zone,
        is_for_booking=somebody is not None and may(somebody, "book.public"),
        is_open=is_open,
        lines=[line for line in helplines(settings()) if line.urgent],
        on_call=on_call,
        mine=mine,
        hour_in=timewords.hour,
        is_near=first is not None and is_today(first, zone, now=now()),
    )


@blueprint.get("/help")
@public
def get_help() -> str:
    with db().read() as session:
        on_call = on_call_now(session)
    return render_template("public/help.html", lines=helplines(settings()), on_call=on_call)


@blueprint.get("/left")
@public
def left() -> str:
    return render_template("public/left.html")


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Nobody should meet these pages by searching for something else."""
    return Response(
        "User-agent: *\nAllow: /calendar/\nAllow: /meetings.ics\nAllow: /meetings.json\nDisallow: /\n",
        content_type="text/plain; charset=utf-8",
    )


def _next_appointment(session: Session) -> NextAppointment | None:
    somebody = actor_or_none()
    if somebody is None:
        return None
    coming = [
        one
        for one in of_member(session, somebody.person_id)
        if one.status == "booked" and one.ends_at > now()
    ]
    if not coming:
        return None
    first = min(coming, key=lambda one: one.starts_at)
    service = session.get_one(Service, first.service_id)
    return NextAppointment(
        first, service.name, service.mode, find_person(session, first.practitioner_id).name
    )
