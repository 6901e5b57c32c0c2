"""A person's appointments: what is next, what was, moving and cancelling. For both sides of one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.permissions import allow
from foundation.errors import DomainError
from foundation.timewords import clock, day
from scheduling.appointments import Appointment, SlotTaken, Stale, cancel, find_appointment, move, of_member
from scheduling.intake import is_waiting
from scheduling.refusals import AlreadyCancelled, AlreadyOver
from scheduling.reminder_choices import quiet_hours_of
from scheduling.reminders import plan
from web.appointment_words import AppointmentWords, words_about
from web.around import again_path, around
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.guards import requires
from web.reading_trail import note_appointment_read
from web.revisions import sent_revision
from web.series_place import place_of, places_of
from web.slot_days import Marked, SlotChoice, read_choice
from web.slot_loss import REFUSALS, loss_of
from web.slot_picker import Ask, Picker, build_picker

blueprint = Blueprint("appointments", __name__)
_LATELY = 10
_NEAR = timedelta(days=3)
_SETTLED = (AlreadyOver, AlreadyCancelled)


@dataclass(frozen=True)
class Moving:
    """The moving page: the time that was chosen, if any, and what stood in the way."""

    choice: tuple[str, datetime] | None = None
    error: DomainError | None = None
    status: int = 200


@blueprint.get("/appointments")
@requires("member")
def index() -> str | Response:
    if actor().is_staff:
        return redirect("/staff/", 303)
    with db().read() as session:
        mine = of_member(session, actor().person_id)
        asking = {one.id for one in mine if one.starts_at > now() and is_waiting(session, one, now=now())}
        places = places_of(session, mine)
    views = [words(one) for one in mine]
    ahead = [view for view in views if view.ends_at > now() and not view.is_cancelled]
    past = [view for view in reversed(views) if view not in ahead]
    shown = past if "all" in request.args else past[:_LATELY]
    more = len(shown) < len(past)
    return render_template(
        "booking/appointments.html", ahead=ahead, past=shown, more=more, asking=asking, places=places
    )


@blueprint.get("/appointments/<appointment_id>")
@requires("member")
def show(appointment_id: str) -> Response:
    with db().read() as session:
        one = _seen(session, appointment_id)
        if one.member_id == actor().person_id:
            return _shown(session, one)
    return redirect(f"/staff/appointments/{one.id}", 303)


@blueprint.get("/appointments/<appointment_id>/booked")
@requires("member")
def booked(appointment_id: str) -> str | Response:
    """What happens next; once that is no longer so, the appointment's own page."""
    with db().read() as session:
        one = _seen(session, appointment_id)
        beside = around(session, one)
        quiet = quiet_hours_of(session, actor().person_id)
    if one.is_cancelled or one.starts_at <= now():
        return redirect(f"/appointments/{one.id}", 303)
    note_appointment_read(one)
    reminders = [reminder.due_at for reminder in plan(one.starts_at, now(), quiet)]
    return render_template("booking/booked.html", view=words(one), reminders=reminders, around=beside)


@blueprint.get("/appointments/<appointment_id>/move")
@requires("member")
def choose_new_time(appointment_id: str) -> Response:
    return _move_page(appointment_id, Moving(read_choice(request.args.get("slot", ""))))


@blueprint.post("/appointments/<appointment_id>/move")
@requires("member")
def move_it(appointment_id: str) -> Response:
    choice = read_choice(request.form.get("slot", ""))
    if choice is None:
        return _move_page(appointment_id, Moving(status=422))
    try:
        one = db().change(lambda session: _move(session, appointment_id, choice[1]))
    except (*REFUSALS, Stale) as error:
        return _move_page(appointment_id, Moving(choice, error, status_of(error)[0]))
    except _SETTLED as error:
        return _settled(appointment_id, error)
    flash(f"Moved to {day(one.starts_at, viewer_zone())}, {clock(one.starts_at, viewer_zone())}.")
    return redirect(f"/appointments/{appointment_id}", 303)


@blueprint.get("/appointments/<appointment_id>/cancel")
@requires("member")
def ask_to_cancel(appointment_id: str) -> Response:
    return _cancel_page(appointment_id)


@blueprint.post("/appointments/<appointment_id>/cancel")
@requires("member")
def cancel_it(appointment_id: str) -> Response:
    """What is cancelled is what was looked at: moved meanwhile, it is asked again."""
    try:
        db().change(lambda session: _cancel(session, appointment_id))
    except Stale as error:
        return _cancel_page(appointment_id, error)
    except _SETTLED as error:
        return _settled(appointment_id, error)
    return redirect(f"/appointments/{appointment_id}", 303)


def _move(session: Session, appointment_id: str, starts_at: datetime) -> Appointment:
    one = _changed(session, appointment_id)
    return move(session, one.id, starts_at, revision=sent_revision(), by=actor().person_id, now=now())


def _cancel(session: Session, appointment_id: str) -> None:
    one = _changed(session, appointment_id)
    if one.revision != sent_revision():
        raise AlreadyCancelled if one.is_cancelled else Stale
    cancel(session, one.id, by=actor().person_id, now=now())


def words(one: Appointment) -> AppointmentWords:
    return words_about(one, actor().person_id, viewer_zone(), now=now(), again=again_path(one))


def _seen(session: Session, appointment_id: str) -> Appointment:
    one = find_appointment(session, appointment_id)
    allow(actor(), "appointment.see", one)
    return one


def _changed(session: Session, appointment_id: str) -> Appointment:
    one = find_appointment(session, appointment_id)
    allow(actor(), "appointment.change", one)
    return one


def _shown(session: Session, one: Appointment, error: DomainError | None = None) -> Response:
    beside = around(session, one)
    body = render_template(
        "booking/appointment.html",
        view=words(one),
        note=one.note,
        error=error,
        around=beside,
        place=place_of(session, one),
    )
    return make_response(body, status_of(error)[0] if error else 200)


def _settled(appointment_id: str, error: DomainError) -> Response:
    """Over or cancelled: there is nothing left to change, so its own page says what it is now."""
    with db().read() as session:
        one = _seen(session, appointment_id)
        if one.member_id == actor().person_id:
            return _shown(session, one, error)
    flash(error.message, "refused")
    return redirect(f"/staff/appointments/{one.id}", 303)


def _move_page(appointment_id: str, moving: Moving) -> Response:
    with db().read() as session:
        one = _changed(session, appointment_id)
        picker = build_picker(session, _ask(one, moving))
    if one.starts_at <= now() or one.is_cancelled:
        return _settled(appointment_id, AlreadyCancelled() if one.is_cancelled else AlreadyOver())
    note_appointment_read(one)
    stale = isinstance(moving.error, Stale)
    body = render_template(
        "booking/move.html",
        view=words(one),
        desk=one.member_id != actor().person_id,
        picker=picker,
        loss=None if stale else loss_of(moving.error, moving.choice, picker),
        stale=stale,
        chosen=_chosen(picker, moving),
    )
    return make_response(body, moving.status)


def _ask(one: Appointment, moving: Moving) -> Ask:
    marks = [Marked(one.practitioner_id, one.starts_at, "own")]
    if isinstance(moving.error, SlotTaken) and moving.choice:
        marks.append(Marked(one.practitioner_id, moving.choice[1], "taken"))
    return Ask(
        one.service,
        f"/appointments/{one.id}/move",
        viewer_zone(),
        now(),
        one.member_id,
        first=request.values.get("from", "") or _first_shown(one),
        only=one.practitioner_id,
        ignoring=one.id,
        marks=marks,
        repeats=one.in_series,
    )


def _first_shown(one: Appointment) -> str:
    """One date of a series moves to somewhere near; anything else as soon as can be."""
    near = one.starts_at.astimezone(viewer_zone()).date() - _NEAR
    return near.isoformat() if one.in_series else ""


def _chosen(picker: Picker, moving: Moving) -> SlotChoice | None:
    """The chosen time, if it is free and on the page; an invented one is not offered for confirmation."""
    if moving.choice is None or moving.error:
        return None
    return picker.find(moving.choice[1])


def _cancel_page(appointment_id: str, error: DomainError | None = None) -> Response:
    with db().read() as session:
        one = _changed(session, appointment_id)
    if one.starts_at <= now() or one.is_cancelled:
        return _settled(appointment_id, AlreadyCancelled() if one.is_cancelled else AlreadyOver())
    note_appointment_read(one)
    desk = one.member_id != actor().person_id
    body = render_template("booking/cancel.html", view=words(one), desk=desk, stale=error is not None)
    return make_response(body, status_of(error)[0] if error else 200)
