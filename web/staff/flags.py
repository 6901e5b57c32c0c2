"""Alerts on a page of their own: claimed here by whoever is on call, spoken with, and ended.

The desk of a room shows its alerts too; this page also serves those who are not in the room, and alerts that
are about no room. Who somebody is outside a meeting stands here only where an appointment tells it anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import Person, find_person
from auth.permissions import NotAllowed, allow
from auth.phones import spoken_phone
from foundation.audit import AuditEntry
from foundation.errors import DomainError
from realtime.alerts import end_alert, may_answer, may_take, room_about, take_alert
from realtime.errors import BadPayload
from realtime.lane import ACTS, Act
from realtime.line_views import helpers_named, team_line_view
from realtime.payloads import Data
from realtime.telling import flag_as_it_is
from realtime.views import View
from safety.checklist import ASKED, SENTENCES
from safety.flags import OUTCOMES, Flag, UnknownFlag, may_take_over
from safety.reveals import see_contact
from scheduling.aftercare.care_team import care_team
from scheduling.appointments import Appointment, find_appointment
from scheduling.listening import appointment_of, is_about_a_room
from web.context import actor, db, now
from web.errors import status_of
from web.guards import requires
from web.live import wake
from web.reading_trail import note_reading
from web.staff.alert_words import waits_for

blueprint = Blueprint("staff_flags", __name__, url_prefix="/staff/flags")
blueprint.add_app_template_filter(waits_for, "waits_for")
blueprint.add_app_template_filter(spoken_phone, "phone")
_ONE_READING = timedelta(minutes=10)
_TYPED = ("outcome", "reason", "text", *ASKED)


@dataclass(frozen=True)
class Alert:
    """A flag with whom and what it is about; `answering_ids` may read and answer it."""

    flag: Flag
    person: Person | None
    appointment: Appointment | None
    claimer: Person | None
    answering_ids: frozenset[str]
    shown: View
    helpers: list[View]
    is_of_room: bool
    is_left_alone: bool


@blueprint.get("/<flag_id>")
@requires("staff")
def show(flag_id: str) -> Response:
    return _page(flag_id)


@blueprint.post("/<flag_id>/claim")
@requires("staff")
def claim(flag_id: str) -> Response:
    return _act(flag_id, lambda session: take_alert(session, actor(), flag_id, now=now()))


@blueprint.post("/<flag_id>/end")
@requires("staff")
def end(flag_id: str) -> Response:
    ending = {name: request.form.get(name, "")[:2000] for name in ("outcome", "reason")}
    return _act(flag_id, lambda session: end_alert(session, actor(), flag_id, now=now(), **ending))


@blueprint.post("/<flag_id>/act")
@requires("staff")
def act(flag_id: str) -> Response:
    """Every act of realtime/lane.py by form, with the fields that the socket sends."""
    data = Data({name: value for name, value in request.form.items() if value or name in ASKED})
    name = data.ident("action")
    if name not in ACTS:
        raise BadPayload()
    return _act(flag_id, lambda session: ACTS[name](Act(session, actor(), flag_id, data, now())))


@blueprint.get("/<flag_id>/contact")
@requires("staff")
def contact(flag_id: str) -> str:
    """Only for the two who agreed; each look is noted."""
    with db().write() as session:
        _require_answering(session, flag_id)
        left = see_contact(session, flag_id, viewer=actor().person_id, now=now())
    return render_template("staff/flag_contact.html", contact=left, flag_id=flag_id)


def _act(flag_id: str, command: Callable[[Session], Any]) -> Response:
    """Run it for those who may; whoever claims it also sees what it says from then on."""
    try:
        with db().write() as session:
            flag = _require_answering(session, flag_id)
            room = room_about(session, flag)
            command(session)
    except (NotAllowed, BadPayload, UnknownFlag):
        raise
    except DomainError as error:
        return _page(flag_id, error)
    if room is not None:
        wake(room.id)
    flash("Kept.")
    return redirect(_after(flag_id), 303)


def _after(flag_id: str) -> str:
    """Claimed at the console, one stays at the console."""
    back = _back()
    if back and "flag" in request.form:
        return f"/staff/live/{back}" if request.form.get("action") == "claim" else _here(flag_id, back)
    return _here(flag_id, back)


def _here(flag_id: str, back: str) -> str:
    return f"/staff/flags/{flag_id}" + (f"?back={back}" if back else "")


def _back() -> str:
    """The meeting whose console leads here; a slug, or nothing."""
    slug = request.values.get("back", "")[:80]
    return slug if slug.replace("-", "").isalnum() and slug.isascii() else ""


def _page(flag_id: str, error: DomainError | None = None) -> Response:
    with db().read() as session:
        alert = _alert(session, flag_id)
        allow(actor(), "flag.answer", alert)
        seen_lately = _has_read(session, flag_id)
    if not seen_lately:
        note_reading("flag.read", "flag", flag_id)
    body = render_template(
        "staff/flag.html",
        alert=alert,
        flag=alert.flag,
        outcomes=OUTCOMES,
        questions=ASKED,
        sentences=SENTENCES,
        helpers=alert.helpers,
        error=error,
        typed=_typed(),
        acted=request.form.get("action", ""),
        back=_back(),
        me_id=actor().person_id,
        mine=alert.flag.state == "claimed" and alert.flag.claimed_by == actor().person_id,
    )
    return make_response(body, status_of(error)[0] if error else 200)


def _has_read(session: Session, flag_id: str) -> bool:
    """The page looks again every few seconds; one note in ten minutes says as much as two hundred."""
    these = AuditEntry.object_id == flag_id, AuditEntry.action == "flag.read"
    mine = AuditEntry.actor_id == actor().person_id, AuditEntry.at > now() - _ONE_READING
    return session.scalar(select(AuditEntry.id).where(*these, *mine).limit(1)) is not None


def _typed() -> dict[str, str]:
    """What was sent and could not be kept; or the sentence that was picked to begin with."""
    typed = {name: request.form[name] for name in _TYPED if name in request.form}
    picked = request.args.get("say", type=int)
    if picked is not None and 1 <= picked <= len(SENTENCES):
        typed.setdefault("text", SENTENCES[picked - 1])
    return {"text": "", **typed}


def _require_answering(session: Session, flag_id: str) -> Flag:
    alert = _alert(session, flag_id)
    allow(actor(), "flag.answer", alert)
    return alert.flag


def _alert(session: Session, flag_id: str) -> Alert:
    """Raises UnknownFlag. Of a room's alert nobody learns here who the person is outside."""
    flag = session.get(Flag, flag_id)
    if flag is None or flag.person_id == actor().person_id:
        raise UnknownFlag
    about = appointment_of(flag)
    appointment = find_appointment(session, about) if about else None
    is_of_room = is_about_a_room(flag)
    return Alert(
        flag,
        find_person(session, flag.person_id) if flag.person_id and not is_of_room else None,
        appointment,
        find_person(session, flag.claimed_by) if flag.claimed_by else None,
        _answering(session, flag, appointment),
        {**flag_as_it_is(session, flag), **team_line_view(session, flag)},
        helpers_named(may_take(session, room_about(session, flag), now())),
        is_of_room,
        may_take_over(session, flag, actor().person_id, now()),
    )


def _answering(session: Session, flag: Flag, appointment: Appointment | None) -> frozenset[str]:
    mine = {actor().person_id} if may_answer(session, flag, actor(), now()) else set()
    return frozenset(
        mine | ({appointment.practitioner_id} if appointment else set()) | _caring(session, flag)
    )


def _caring(session: Session, flag: Flag) -> frozenset[str]:
    """Whoever looks after the member, where an alert tells who they are."""
    if flag.person_id is None or is_about_a_room(flag):
        return frozenset()
    return care_team(session, flag.person_id, now=now()).practitioner_ids
