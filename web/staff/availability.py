"""A practitioner's hours: every week, single dates, and the zone they are kept in."""

from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from auth.permissions import allow
from foundation.errors import DomainError
from foundation.zones import find_zone, is_zone, zone_choices
from scheduling.availability import Override
from scheduling.hours import BadHours, Hours, Schedule, StaleHours, load_hours, save_hours
from scheduling.outside import outside_hours
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.guards import requires
from web.hours_draft import MOST_RANGES, WEEKDAYS, HoursDraft, draft_from, draft_of, rearrange
from web.hours_reading import read_hours

blueprint = Blueprint("staff_availability", __name__, url_prefix="/staff/availability")


@blueprint.get("")
@requires("practitioner")
def show() -> Response:
    with db().read() as session:
        hours = load_hours(session, actor().person_id)
    return _page(draft_of(hours, _today(hours.timezone)))


@blueprint.post("")
@requires("practitioner")
def change() -> Response:
    """Add or take away a row, or save; what was typed stays in either case."""
    draft = draft_from(request.form)
    if rearrange(draft, request.form.get("do", "")):
        return _page(draft)
    hours = read_hours(draft, today=_today(draft.timezone))
    if hours is None:
        return _page(draft, status=422)
    try:
        _save(hours)
    except (StaleHours, BadHours) as error:
        return _page(draft, error, status_of(error)[0])
    flash("Your hours are saved.")
    return redirect("/staff/availability", 303)


def _save(hours: Hours) -> None:
    """Dates that are over are not in the form; they stay, so that past weeks look as they were."""
    with db().write() as session:
        allow(actor(), "schedule.edit", Schedule(practitioner_id=actor().person_id))
        before = load_hours(session, actor().person_id)
        over = [one for one in before.overrides if one.date < _today(hours.timezone)]
        save_hours(session, actor().person_id, _with(hours, over), now=now(), by=actor().person_id)


def _with(hours: Hours, over: list[Override]) -> Hours:
    return Hours(hours.timezone, hours.windows, (*over, *hours.overrides), hours.revision)


def _page(draft: HoursDraft, error: DomainError | None = None, status: int = 200) -> Response:
    with db().read() as session:
        saved = load_hours(session, actor().person_id)
        outside = outside_hours(session, actor().person_id, saved, now=now())
    body = render_template(
        "staff/availability.html",
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
