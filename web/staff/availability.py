"""A practitioner's hours: every week, single dates, limits, and the zone they are kept in."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from auth.permissions import may
from foundation.errors import DomainError
from foundation.zones import find_zone, is_zone, zone_choices
from scheduling.hours import BadHours, Hours, StaleHours, load_hours, save_hours
from scheduling.outside import outside_hours
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.guards import requires
from web.hours_draft import MOST_RANGES, WEEKDAYS, HoursDraft, draft_from, draft_of, rearrange
from web.hours_reading import read_hours
from web.reading_trail import note_reading
from web.staff.whose import asked_whose

blueprint = Blueprint("staff_availability", __name__, url_prefix="/staff/availability")


@blueprint.get("")
@requires("schedules")
def show() -> Response:
    if "who" not in request.args and not may(actor(), "practitioner"):
        return redirect("/staff/calendars", 303)
    with db().read() as session:
        hours = load_hours(session, asked_whose(session).id)
    return _page(draft_of(hours, _today(hours.timezone)))


@blueprint.post("")
@requires("schedules")
def change() -> Response:
    """Add or take away a row, or save; what was typed stays in either case."""
    draft = draft_from(request.form)
    if rearrange(draft, request.form.get("do", "")):
        return _page(draft)
    hours = read_hours(draft, today=_today(draft.timezone))
    if hours is None:
        return _page(draft, status=422)
    try:
        back = _save(hours)
    except (StaleHours, BadHours) as error:
        return _page(draft, error, status_of(error)[0])
    return redirect(back, 303)


def _save(hours: Hours) -> str:
    """Dates that are over are not in the form; they stay, so that past weeks look as they were."""
    with db().write() as session:
        whose = asked_whose(session)
        before = load_hours(session, whose.id)
        over = [one for one in before.overrides if one.date < _today(hours.timezone)]
        kept = replace(hours, overrides=(*over, *hours.overrides))
        save_hours(session, whose.id, kept, now=now(), by=actor().person_id)
    flash("Your hours are saved." if whose.is_own else f"{whose.first_name}’s hours are saved.")
    return whose.link("/staff/availability")


def _page(draft: HoursDraft, error: DomainError | None = None, status: int = 200) -> Response:
    with db().read() as session:
        whose = asked_whose(session)
        saved = load_hours(session, whose.id)
        outside = outside_hours(session, whose.id, saved, now=now())
    if not whose.is_own:
        note_reading("hours.read", "schedule", whose.id)
    body = render_template(
        "staff/availability.html",
        whose=whose,
        draft=draft,
        weekdays=WEEKDAYS,
        most=MOST_RANGES,
        zones=zone_choices(),
        zone=saved.zone,
        outside=outside,
        error=error,
        today=_today(draft.timezone),
    )
    return make_response(body, status)


def _today(timezone: str) -> date:
    zone = find_zone(timezone) if is_zone(timezone) else viewer_zone()
    return now().astimezone(zone).date()
