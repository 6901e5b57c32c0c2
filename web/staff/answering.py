"""A member asked for a time: the practitioner says yes, or no with a word about it."""

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.permissions import NotYours, allow
from foundation.errors import DomainError
from scheduling.appointments import AlreadyCancelled, AlreadyOver, Appointment, Status, find_appointment
from scheduling.approval import NotPending, approve, decline
from web.context import actor, db, now
from web.errors import status_of
from web.forms import Form, TextField_
from web.guards import requires
from web.local_path import local_path
from web.reading_trail import note_appointment_read

blueprint = Blueprint("staff_answering", __name__, url_prefix="/staff/appointments")
_SETTLED = (NotPending, AlreadyCancelled, AlreadyOver)


class DeclineForm(Form):
    reason = TextField_("A word for them", most=500, missing=None)


@blueprint.post("/<appointment_id>/approve")
@requires("staff")
def say_yes(appointment_id: str) -> Response:
    def answer(session: Session) -> Appointment:
        return approve(session, _theirs(session, appointment_id).id, by=actor().person_id, now=now())

    try:
        one = db().change(answer)
    except _SETTLED as error:
        flash(error.message, "refused")
    else:
        flash(f"Booked. {one.member.name.split()[0]} gets a mail with the time.")
    return redirect(_next(appointment_id), 303)


@blueprint.get("/<appointment_id>/decline")
@requires("staff")
def ask_why_not(appointment_id: str) -> Response:
    return _page(appointment_id, DeclineForm())


@blueprint.post("/<appointment_id>/decline")
@requires("staff")
def say_no(appointment_id: str) -> Response:
    form = DeclineForm.sent()
    if not form.validate():
        return _page(appointment_id, form)

    def answer(session: Session) -> Appointment:
        one = _theirs(session, appointment_id)
        return decline(session, one.id, by=actor().person_id, reason=form.reason.data or "", now=now())

    try:
        one = db().change(answer)
    except _SETTLED as error:
        return _page(appointment_id, form, error)
    flash(f"Declined. {one.member.name.split()[0]} gets a kind mail and can choose another time.")
    return redirect(_next(appointment_id), 303)


def _theirs(session: Session, appointment_id: str) -> Appointment:
    """One to answer for: never one's own request."""
    one = find_appointment(session, appointment_id)
    allow(actor(), "appointment.change", one)
    if one.member_id == actor().person_id:
        raise NotYours
    return one


def _page(appointment_id: str, form: DeclineForm, error: DomainError | None = None) -> Response:
    with db().read() as session:
        one = _theirs(session, appointment_id)
    note_appointment_read(one)
    status = status_of(error)[0] if error else 422 if form.errors else 200
    waits = one.status == Status.PENDING and one.starts_at > now()
    body = render_template(
        "staff/decline.html", one=one, form=form, error=error, waits=waits, back=_next(appointment_id)
    )
    return make_response(body, status)


def _next(appointment_id: str) -> str:
    return local_path(request.values.get("next"), default=f"/staff/appointments/{appointment_id}")
