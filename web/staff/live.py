"""The moderation console and the host's screen; every act of them as a plain form."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.permissions import NotAllowed, may
from foundation.errors import DomainError
from realtime import hosting, moderating, persons, steering, taking_part
from realtime.alerts import claim_alert, dispose_alert
from realtime.errors import BadPayload, UnknownQuestion
from realtime.models import Room
from realtime.presence import be_seen
from realtime.room import Desk, leads
from scheduling.meetings import Meeting, current_occurrence, find_meeting, list_meetings, moderators
from scheduling.occurrences import NothingPlanned, Occurrence
from web.context import actor, db, now
from web.errors import status_of
from web.guards import requires
from web.live import find_room_of, wake
from web.staff.live_cards import question_page, wanted_in_request
from web.staff.live_desk import desk_page, require_leads
from web.staff.live_stage import stage_page

blueprint = Blueprint("staff_live", __name__, url_prefix="/staff/live")
_SOON = timedelta(days=7)
Answer = Mapping[str, Any]


@blueprint.get("")
@requires("staff")
def index() -> str:
    """The meetings of the coming week whose console opens for this person."""
    with db().read() as session:
        coming = [one for one in _next_ones(session) if one.starts_at < now() + _SOON]
    return render_template("staff/live_index.html", coming=sorted(coming, key=lambda one: one.starts_at))


@blueprint.get("/<slug>")
@requires("staff")
def show(slug: str) -> Response:
    return page(slug)


@blueprint.get("/<slug>/presenter")
@requires("staff")
def presenter(slug: str) -> Response:
    """One question, large, for the host."""
    return stage(slug)


@blueprint.post("/<slug>/moderate")
@requires("staff")
def moderate(slug: str) -> Response:
    form = request.form
    if form.get("action") == "claim_next":
        return _act(slug, lambda session, room: moderating.claim_next(session, room, actor(), now=now()))
    if chosen := form.getlist("questions"):
        return _many(slug, chosen)
    order = moderating.Order(
        question_id=form.get("question", ""),
        action=form.get("action", ""),
        version=form.get("version", type=int),
        reason=form.get("reason") or None,
        into=form.get("into") or None,
        text=form.get("text") or None,
    )
    return _act(slug, lambda session, room: moderating.moderate(session, room, actor(), order, now=now()))


def _many(slug: str, chosen: list[str]) -> Response:
    form = request.form
    action = form.get("action", "")
    read: dict[str, Any] = {
        "versions": form.getlist("versions", type=int),
        "reason": form.get("reason") or None,
    }
    return _act(
        slug, lambda s, room: moderating.moderate_many(s, room, actor(), chosen, action, now=now(), **read)
    )


@blueprint.post("/<slug>/alert")
@requires("staff")
def alert(slug: str) -> Response:
    flag, outcome, reason = (request.form.get(name, "") for name in ("flag", "outcome", "reason"))
    if request.form.get("action") == "claim":
        return _act(slug, lambda session, room: claim_alert(session, room, actor(), flag, now=now()))
    ending = {"outcome": outcome, "reason": reason}
    return _act(slug, lambda session, room: dispose_alert(session, room, actor(), flag, now=now(), **ending))


@blueprint.post("/<slug>/room")
@requires("staff")
def room(slug: str) -> Response:
    form = request.form
    change = steering.Steer(
        policy=form.get("policy") or None,
        slow=form.get("slow", type=int),
        chat=_flag("chat"),
        open=form.get("open") == "1",
        close=form.get("close") == "1",
        panic=_flag("panic"),
        recorded=_flag("recorded"),
    )
    if host := form.get("host"):
        return _act(slug, lambda session, room: hosting.hand_over(session, room, actor(), host, now=now()))
    return _act(slug, lambda session, room: steering.steer(session, room, actor(), change, now=now()))


@blueprint.post("/<slug>/person")
@requires("staff")
def person(slug: str) -> Response:
    form = request.form
    who, action, minutes = form.get("pseudonym", ""), form.get("action", ""), form.get("minutes", type=int)
    more: dict[str, Any] = {"minutes": minutes, "text": form.get("text") or None}
    return _act(slug, lambda s, room: persons.act_on_person(s, room, actor(), who, action, now=now(), **more))


@blueprint.post("/<slug>/say")
@requires("staff")
def say(slug: str) -> Response:
    said = {"client_id": request.form.get("id", ""), "text": request.form.get("text", "")}
    return _act(slug, lambda s, room: taking_part.speak_backstage(s, room, actor(), now=now(), **said))


def page(slug: str, error: DomainError | None = None) -> Response:
    with db().write() as session:
        meeting, room = _lead(session, slug)
        be_seen(session, room.id, actor().person_id, moderates=True, now=now())
        session.flush()
        shown = desk_page(session, meeting, room, wanted_in_request(), request.args)
    status = status_of(error)[0] if error else 200
    return make_response(render_template("staff/live.html", **shown, error=error), status)


def stage(slug: str, error: DomainError | None = None) -> Response:
    with db().write() as session:
        shown = stage_page(session, *_lead(session, slug))
    status = status_of(error)[0] if error else 200
    return make_response(render_template("staff/live_presenter.html", **shown, error=error), status)


def _lead(session: Session, slug: str) -> tuple[Meeting, Room]:
    """The meeting's room, for those who lead it."""
    meeting = find_meeting(session, slug)
    room = find_room_of(session, meeting)
    require_leads(session, room)
    return meeting, room


def _act(slug: str, command: Callable[[Session, str], Answer]) -> Response:
    """Run a command for a form of the desk: back to where it was sent from, or the desk with the refusal."""
    try:
        with db().write() as session:
            room = find_room_of(session, find_meeting(session, slug))
            if leads(session, room, actor()):
                be_seen(session, room.id, actor().person_id, moderates=True, now=now())
            command(session, room.id)
    except DomainError as error:
        if isinstance(error, BadPayload | NotAllowed):
            raise
        return _refused(slug, error)
    wake(room.id)
    if _is_stage():
        return redirect(url_for("staff_live.presenter", slug=slug), 303)
    flash("Done.")
    return redirect(url_for("staff_live.show", slug=slug), 303)


def _is_stage() -> bool:
    """Whether the form stood on the host's screen, which shows by itself what was done."""
    return request.form.get("back") == "presenter"


def _refused(slug: str, error: DomainError) -> Response:
    """Where it was sent from, with the refusal and with what was typed."""
    if _is_stage():
        return stage(slug, error)
    work, question = request.form.get("do"), request.form.get("question", "")
    if work and not isinstance(error, UnknownQuestion):
        return question_page(slug, question, work, error=error, typed=request.form.get("text", ""))
    return page(slug, error)


def _flag(name: str) -> bool | None:
    return {"1": True, "0": False}.get(request.form.get(name, ""))


def _next_ones(session: Session) -> list[Occurrence]:
    found = []
    for meeting in list_meetings(session):
        if not may(actor(), "room.moderate", Desk(moderators(session, meeting.id))):
            continue
        try:
            found.append(current_occurrence(session, meeting, now=now()))
        except NothingPlanned:
            continue
    return found
