"""Time off from one day to another: written in one go, with what is booked in it to be looked after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from auth.permissions import may
from foundation.errors import DomainError
from scheduling.hours import Hours, StaleHours, load_hours
from scheduling.time_off import LONGEST, BadTimeOff, StillBooked, still_booked, take_off, work_again
from web.context import actor, db, now
from web.errors import status_of
from web.forms import DayField, Form
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.whose import Whose, asked_whose

blueprint = Blueprint("staff_time_off", __name__, url_prefix="/staff/availability/off")
_FURTHEST = timedelta(days=1600)
_ACTS: dict[str, tuple[Callable[..., Hours], str]] = {
    "off": (take_off, "Those days are off. What is booked on them is below."),
    "back": (work_again, "Those days follow the weekly hours again."),
}


class OffForm(Form):
    first = DayField("First day off")
    last = DayField("Last day off")


@dataclass(frozen=True)
class Shown:
    """The days in question, whether they are off by now, and what still stands on them."""

    whose: Whose
    hours: Hours
    booked: StillBooked | None = None
    is_off: bool = False


@blueprint.get("")
@requires("schedules")
def show() -> Response:
    if "who" not in request.args and not may(actor(), "practitioner"):
        return redirect("/staff/calendars", 303)
    return _page(OffForm(request.args) if "first" in request.args else OffForm())


@blueprint.post("")
@requires("schedules")
def change() -> Response:
    form = OffForm.sent()
    act, words = _ACTS.get(request.form.get("do", ""), _ACTS["off"])
    if not form.validate():
        return _page(form)
    try:
        with db().write() as session:
            whose, by = asked_whose(session), actor().person_id
            act(session, whose.id, form.first.data, form.last.data, by=by, now=now())
    except (BadTimeOff, StaleHours) as error:
        return _page(form, error)
    flash(words)
    asked = {name: str(form[name].data) for name in ("first", "last")}
    return redirect(whose.link("/staff/availability/off", **asked), 303)


def _page(form: OffForm, error: DomainError | None = None) -> Response:
    days = _days(form) if request.values.get("first") and not error else None
    with db().read() as session:
        whose = asked_whose(session)
        hours = load_hours(session, whose.id)
        booked = still_booked(session, whose.id, *days) if days else None
    if not whose.is_own:
        note_reading("hours.read", "schedule", whose.id)
    shown = Shown(whose, hours, booked, days is not None and _is_off(hours, *days))
    status = status_of(error)[0] if error else 422 if form.errors and request.method == "POST" else 200
    today = now().astimezone(hours.zone).date()
    body = render_template(
        "staff/time_off.html", shown=shown, whose=whose, form=form, days=days, error=error, today=today
    )
    return make_response(body, status)


def _days(form: OffForm) -> tuple[date, date] | None:
    """The days of the form, as far as they make sense."""
    if not form.validate() or form.first.data is None or form.last.data is None:
        return None
    first, last = form.first.data, form.last.data
    near = abs(first - now().date()) < _FURTHEST and timedelta(0) <= last - first < LONGEST
    return (first, last) if near else None


def _is_off(hours: Hours, first: date, last: date) -> bool:
    """Whether every one of these days is a day off."""
    off = {one.date for one in hours.overrides if not one.ranges}
    return all(date.fromordinal(number) in off for number in range(first.toordinal(), last.toordinal() + 1))
