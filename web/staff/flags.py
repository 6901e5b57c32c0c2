"""Alerts about what was written around an appointment: one person claims it, and says how it ended."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import Person, find_person
from auth.permissions import allow
from foundation.errors import DomainError
from safety.flags import (
    OUTCOMES,
    Flag,
    FlagTaken,
    NotClaimedByYou,
    ReasonMissing,
    UnknownFlag,
    claim_flag,
    dispose_flag,
)
from safety.oncall import whom_to_call
from scheduling.appointments import Appointment, find_appointment
from scheduling.listening import appointment_of, is_about_a_room
from web.context import actor, db, now
from web.errors import status_of
from web.guards import requires
from web.reading_trail import note_reading

blueprint = Blueprint("staff_flags", __name__, url_prefix="/staff/flags")


@dataclass(frozen=True)
class Alert:
    """A flag with whom and what it is about; `answering_ids` may read and answer it."""

    flag: Flag
    person: Person | None
    appointment: Appointment | None
    claimer: Person | None
    answering_ids: frozenset[str]


@blueprint.get("/<flag_id>")
@requires("staff")
def show(flag_id: str) -> Response:
    return _page(flag_id)


@blueprint.post("/<flag_id>/claim")
@requires("staff")
def claim(flag_id: str) -> Response:
    return _act(flag_id, lambda session: claim_flag(session, flag_id, by=actor().person_id, now=now()))


@blueprint.post("/<flag_id>/end")
@requires("staff")
def end(flag_id: str) -> Response:
    ending = {name: request.form.get(name, "")[:2000] for name in ("outcome", "reason")}
    return _act(
        flag_id, lambda session: dispose_flag(session, flag_id, by=actor().person_id, now=now(), **ending)
    )


def _act(flag_id: str, command: Callable[[Session], Flag]) -> Response:
    """Run it for those who may; whoever claims it also sees what it says from then on."""
    try:
        with db().write() as session:
            allow(actor(), "flag.answer", _alert(session, flag_id))
            command(session)
    except (FlagTaken, NotClaimedByYou, ReasonMissing) as error:
        return _page(flag_id, error)
    flash("Kept.")
    return redirect(f"/staff/flags/{flag_id}", 303)


def _page(flag_id: str, error: DomainError | None = None) -> Response:
    with db().read() as session:
        alert = _alert(session, flag_id)
        allow(actor(), "flag.answer", alert)
    note_reading("flag.read", "flag", flag_id)
    typed = {name: request.form.get(name, "") for name in ("outcome", "reason")}
    body = render_template(
        "staff/flag.html",
        alert=alert,
        flag=alert.flag,
        outcomes=OUTCOMES,
        error=error,
        typed=typed,
        mine=alert.flag.claimed_by == actor().person_id,
    )
    return make_response(body, status_of(error)[0] if error else 200)


def _alert(session: Session, flag_id: str) -> Alert:
    """Raises UnknownFlag, for an alert of a room too: those stand at its own desk."""
    flag = session.get(Flag, flag_id)
    if flag is None or is_about_a_room(flag):
        raise UnknownFlag
    about = appointment_of(flag)
    appointment = find_appointment(session, about) if about else None
    called = whom_to_call(session, now())
    ids = [flag.called_id, flag.claimed_by, called.id if called else None]
    ids.append(appointment.practitioner_id if appointment else None)
    return Alert(
        flag,
        find_person(session, flag.person_id) if flag.person_id else None,
        appointment,
        find_person(session, flag.claimed_by) if flag.claimed_by else None,
        frozenset(one for one in ids if one),
    )
