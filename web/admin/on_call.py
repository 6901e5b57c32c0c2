"""Who is on call: seen and set by coordinators, and said plainly where there is a gap."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField

from auth.people import STAFF, Person, find_person, people_with
from foundation.audit import record
from foundation.heartbeat import is_alive
from safety.oncall import BadShift, coming_shifts, end_shift, on_call_order, set_shift
from web.context import actor, db, now, settings
from web.forms import DayField, Form, MinuteField, instant_of, refuse
from web.guards import requires

blueprint = Blueprint("admin_on_call", __name__, url_prefix="/admin/on-call")
_REFUSED = 422


class ShiftForm(Form):
    person = SelectField("Who", validate_choice=True)
    first_day = DayField("From, day")
    first_time = MinuteField("From, time")
    last_day = DayField("Until, day")
    last_time = MinuteField("Until, time")

    def span(self) -> tuple[datetime, datetime] | None:
        """In the coordinator's own zone, as the page says."""
        starts = instant_of(self.first_day, self.first_time, actor().zone)
        ends = instant_of(self.last_day, self.last_time, actor().zone)
        return (starts, ends) if starts and ends else None


@blueprint.get("")
@requires("coordinator")
def show() -> Response:
    return _page(ShiftForm())


@blueprint.post("")
@requires("coordinator")
def add() -> Response:
    form = ShiftForm.sent()
    with db().read() as session:
        form.person.choices = _choices(session)
    if not form.validate() or (span := form.span()) is None:
        return _page(form, _REFUSED)
    try:
        with db().write() as session:
            shift = set_shift(
                session, person_id=form.person.data, starts_at=span[0], ends_at=span[1], now=now()
            )
            _note(session, "shift.set", shift.id, person=shift.person_id)
    except BadShift as error:
        refuse(form.last_day, error.message)
        return _page(form, _REFUSED)
    flash("Kept. From then on they are called first.")
    return redirect("/admin/on-call", 303)


@blueprint.post("/<shift_id>/end")
@requires("coordinator")
def end(shift_id: str) -> Response:
    """What is to come is taken out; what runs ends now."""
    with db().write() as session:
        end_shift(session, shift_id, now=now())
        _note(session, "shift.ended", shift_id)
    flash("They are not called any more.")
    return redirect("/admin/on-call", 303)


def _note(session: Session, action: str, shift_id: str, **detail: str) -> None:
    record(session, actor=actor().person_id, action=action, kind="shift", object_id=shift_id, now=now(),
           detail=detail)  # fmt: skip


def _page(form: ShiftForm, status: int = 200) -> Response:
    with db().read() as session:
        form.person.choices = _choices(session)
        shown = _looked_up(session)
    return make_response(render_template("admin/on_call.html", form=form, **shown), status)


def _looked_up(session: Session) -> dict[str, Any]:
    shifts = [(shift, find_person(session, shift.person_id)) for shift in coming_shifts(session, now())]
    return {
        "shifts": shifts,
        "order": on_call_order(session, now()),
        "gap": _first_gap([shift for shift, _ in shifts], now()),
        "ways": {"mail": settings().smtp_url is not None, "pager": settings().pager is not None,
                 "worker": is_alive(settings())},
    }  # fmt: skip


def _first_gap(shifts: list[Any], at: datetime) -> datetime | None:
    """When nobody is on shift for the first time within a week; None when somebody always is."""
    until = at
    for shift in shifts:
        if shift.starts_at > until:
            break
        until = max(until, shift.ends_at)
    return until if until < at + timedelta(days=7) else None


def _choices(session: Session) -> list[tuple[str, str]]:
    found: dict[str, Person] = {
        one.id: one for role in STAFF for one in people_with(session, role) if one.departed_at is None
    }
    return [(one.id, one.name) for one in sorted(found.values(), key=lambda one: one.name)]
