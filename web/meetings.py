"""The weekly meetings: the list, one meeting, and the place that times are shown for."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from auth.permissions import may
from foundation import timewords
from foundation.zones import is_zone, zone_choices
from realtime.room import LOBBY_OPENS
from scheduling.meetings import UnknownMeeting, find_meeting, hosts
from web.context import ZONE_COOKIE, actor_or_none, db, now, settings, viewer_zone
from web.guards import public
from web.local_path import local_path
from web.timetable import (
    by_day,
    entries,
    further,
    is_today,
    next_entry,
    spoken_names,
    this_week,
    visible_meetings,
)

blueprint = Blueprint("meetings", __name__)
_YEAR = int(timedelta(days=365).total_seconds())
_SHOWN_DATES = 6


@blueprint.get("/meetings")
@public
def index() -> str:
    zone = viewer_zone()
    with db().read() as session:
        listed = entries(session, visible_meetings(session, actor_or_none()), zone, now=now())
    week = this_week(listed, zone, now=now())
    first = next_entry(week)
    return render_template(
        "meetings/index.html",
        days=by_day(week, zone, now=now()),
        lit=first if first and is_today(first, zone, now=now()) else None,
        doors_open_at=first.occurrence.starts_at - LOBBY_OPENS if first else None,
        later=further(listed, week),
        zones=zone_choices(),
        clock_in=timewords.clock,
    )


@blueprint.get("/meetings/<slug>")
@public
def show(slug: str) -> str | AnyResponse:
    with db().read() as session:
        meeting = find_meeting(session, slug)
        if meeting.audience != "open" and actor_or_none() is None:
            return redirect(f"/sign-in?next=/meetings/{meeting.slug}", 303)
        if meeting.audience != "open" and not may(actor_or_none(), "room.join"):
            raise UnknownMeeting
        dates = entries(session, [meeting], viewer_zone(), now=now())[:_SHOWN_DATES]
        first = next_entry(dates)
        names = spoken_names([host.name for host in hosts(session, meeting.id)])
    return render_template(
        "meetings/show.html",
        meeting=meeting,
        dates=dates,
        hosts=names,
        next=first,
        is_today=first is not None and is_today(first, viewer_zone(), now=now()),
        host_zone=ZoneInfo(meeting.timezone),
        hour_in=timewords.hour,
        clock_in=timewords.clock,
        day_in=timewords.short_day,
    )


@blueprint.post("/zone")
@public
def choose_zone() -> AnyResponse:
    """Remember the place in a cookie; a signed-in person's is in the account."""
    chosen = request.form.get("zone", "")
    response = redirect(local_path(request.form.get("next"), default="/meetings"), 303)
    if is_zone(chosen):
        response.set_cookie(ZONE_COOKIE, chosen, max_age=_YEAR, secure=settings().is_https, samesite="Lax")
    return response
