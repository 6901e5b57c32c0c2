"""An appointment seen from the desk, and noting whether the person came."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, abort, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.permissions import allow, may
from foundation.errors import DomainError
from safety.flags import open_flags
from scheduling.appointments import AlreadyCancelled, Appointment, Status, find_appointment
from scheduling.attendance import EARLY, TooEarly, arrive, fulfil, miss
from scheduling.listening import APPOINTMENT
from scheduling.reminder_confirmations import confirmed_at
from web.appointment_words import words_about
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.guards import requires
from web.local_path import local_path
from web.reading_trail import note_appointment_read
from web.series_place import place_of
from web.staff.answers import told_by_mail

blueprint = Blueprint("staff_attendance", __name__, url_prefix="/staff/appointments")
_ACTS: dict[str, Callable[..., Appointment]] = {"arrive": arrive, "fulfil": fulfil, "miss": miss}


@blueprint.get("/<appointment_id>")
@requires("staff")
def show(appointment_id: str) -> Response:
    return _page(appointment_id)


@blueprint.post("/<appointment_id>/<act>")
@requires("staff")
def note(appointment_id: str, act: str) -> Response:
    command = _ACTS.get(act) or abort(404)
    try:
        db().change(lambda session: _note(session, appointment_id, command))
    except (TooEarly, AlreadyCancelled) as error:
        return _page(appointment_id, error)
    here = f"/staff/appointments/{appointment_id}"
    return redirect(local_path(request.form.get("next"), default=here), 303)


def _note(session: Session, appointment_id: str, command: Callable[..., Appointment]) -> None:
    allow(actor(), "appointment.note", find_appointment(session, appointment_id))
    command(session, appointment_id, by=actor().person_id, now=now())


def _page(appointment_id: str, error: DomainError | None = None) -> Response:
    with db().read() as session:
        one = find_appointment(session, appointment_id)
        allow(actor(), "appointment.see", one)
        alerts = open_flags(session, f"{APPOINTMENT}{one.id}")
        place = place_of(session, one)
        answers = told_by_mail(session, one)
        confirmed = confirmed_at(session, one)
    note_appointment_read(one)
    body = render_template(
        "staff/appointment.html",
        view=words_about(one, actor().person_id, viewer_zone(), now=now()),
        one=one,
        back=_calendar(one),
        may_arrive=_takes_place(one) and now() >= one.starts_at - EARLY,
        may_miss=_takes_place(one) and now() >= one.starts_at,
        is_over=one.ends_at <= now(),
        waits=_waits(one),
        may_place=_may_place(one),
        error=error,
        alerts=alerts,
        place=place,
        answers=answers,
        confirmed=confirmed,
    )
    return make_response(body, status_of(error)[0] if error else 200)


def _calendar(one: Appointment) -> str:
    """The day of it, in a colleague's calendar where that is the one being kept."""
    asked = {"day": one.starts_at.astimezone(viewer_zone()).date().isoformat()}
    if one.practitioner_id != actor().person_id and may(actor(), "schedule.edit", one):
        asked["who"] = one.practitioner_id
    return f"/staff/?{urlencode(asked)}"


def _takes_place(one: Appointment) -> bool:
    """Whether this person can note how it went: nobody does so for themselves."""
    if one.member_id == actor().person_id:
        return False
    return not one.is_cancelled and one.status not in {Status.PENDING, Status.PROPOSED}


def _waits(one: Appointment) -> bool:
    """Whether somebody else's request is still to be answered."""
    own = one.member_id == actor().person_id
    return one.status == Status.PENDING and one.starts_at > now() and not own


def _may_place(one: Appointment) -> bool:
    """Whether it can be put at a time of this person's choice; a seat moves with its group alone."""
    own = one.member_id == actor().person_id
    return may(actor(), "book.for_member") and not own and one.occurrence_id is None
