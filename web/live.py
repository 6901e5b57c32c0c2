"""The live room for members: the waiting room, the room, and every act of it as a plain form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from realtime import asking, taking_part
from realtime.calling import way_in
from realtime.door import why_outside
from realtime.errors import (
    BadPayload,
    BadPseudonym,
    NameLikeStaff,
    NameTaken,
    NotJoined,
    Removed,
    RoomFull,
    UsedBefore,
)
from realtime.joining import choose_name
from realtime.last_ear import hear_anyway
from realtime.live import LiveRooms
from realtime.models import Participant, Room
from realtime.presence import be_seen
from realtime.room import RUNNING, find_participant, leads, room_of
from realtime.written import is_crisis
from scheduling.meetings import Meeting, current_occurrence, find_meeting
from web.context import actor, db, now, settings
from web.errors import status_of
from web.guards import requires
from web.live_pages import ended, inside, instant, lobby

blueprint = Blueprint("live", __name__)
_MISSING = 404
Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Kept:
    """What was typed into a form that was refused: it goes back into that form and no other."""

    act: str = ""
    text: str = ""
    question: str | None = None

    def __call__(self, act: str, question: str | None = None) -> str:
        return self.text if (act, question) == (self.act, self.question) else ""


SAID = {
    "pending": "Your question arrived. A moderator reads it next.",
    "live": "Your question is in the room.",
}


@blueprint.app_template_filter("instant")
def _instant(iso: str) -> datetime:
    return instant(iso)


@blueprint.get("/meetings/<slug>/live")
@requires("room.join")
def show(slug: str) -> Response:
    return page(slug)


@blueprint.post("/meetings/<slug>/live/name")
@requires("room.join")
def choose(slug: str) -> Response:
    """Come in under a name; one that cannot be used is said at the field, and stays typed."""
    picked = request.form.get("name", "")
    name = request.form.get("own", "") if picked == "own" else picked
    try:
        with db().write() as session:
            room = find_room_of(session, find_meeting(session, slug))
            answer = choose_name(session, room.id, actor(), name, ready=is_ready(), now=now())
    except Removed:
        return redirect(url_for("live.show", slug=slug), 303)
    except (BadPseudonym, NameLikeStaff, NameTaken, UsedBefore, RoomFull) as error:
        return page(slug, error=error, kept=Kept("name", name))
    wake(room.id)
    if answer["state"] != "escalated" and room.state in RUNNING:
        flash(f"You are {answer['name']} tonight.")
    return redirect(url_for("live.show", slug=slug), 303)


@blueprint.post("/meetings/<slug>/live/ask")
@requires("room.join")
def ask(slug: str) -> Response:
    form = request.form
    wanted: dict[str, Any] = {
        "client_id": form.get("id", ""),
        "text": form.get("text", ""),
        "anonymous": "anonymous" in form,
    }
    return _act(slug, lambda session, room: asking.ask(session, room, actor(), now=now(), **wanted), SAID)


@blueprint.post("/meetings/<slug>/live/edit")
@requires("room.join")
def edit(slug: str) -> Response:
    form, text = request.form, request.form.get("text", "")
    question, version = form.get("question", ""), form.get("version", type=int)
    return _act(
        slug,
        lambda s, room: asking.edit(s, room, actor(), question, text=text, version=version, now=now()),
        {"pending": "Changed. A moderator reads it next."},
    )


@blueprint.post("/meetings/<slug>/live/withdraw")
@requires("room.join")
def withdraw(slug: str) -> Response:
    question, version = request.form.get("question", ""), request.form.get("version", type=int)
    return _act(
        slug,
        lambda s, room: asking.withdraw(s, room, actor(), question, version=version, now=now()),
        {"withdrawn": "Taken back. Nobody else saw it."},
    )


@blueprint.post("/meetings/<slug>/live/vote")
@requires("room.join")
def vote(slug: str) -> Response:
    question, on = request.form.get("question", ""), request.form.get("on") == "1"
    return _act(slug, lambda s, room: taking_part.vote(s, room, actor(), question, on=on, now=now()))


@blueprint.post("/meetings/<slug>/live/hand")
@requires("room.join")
def hand(slug: str) -> Response:
    up = request.form.get("up") == "1"
    said = "Your hand is up. A moderator sees it." if up else "Your hand is down."
    return _act(slug, lambda s, room: taking_part.raise_hand(s, room, actor(), up=up, now=now()), {"": said})


@blueprint.post("/meetings/<slug>/live/chat")
@requires("room.join")
def chat(slug: str) -> Response:
    said = {"client_id": request.form.get("id", ""), "text": request.form.get("text", "")}
    return _act(
        slug, lambda s, room: taking_part.chat(s, room, actor(), now=now(), **said), {"said": "Said."}
    )


@blueprint.post("/meetings/<slug>/live/concern")
@requires("room.join")
def concern(slug: str) -> Response:
    form = request.form
    told: dict[str, Any] = {
        "about": form.get("about", ""),
        "text": form.get("text", ""),
        "client_id": form.get("id") or None,
    }
    return _act(
        slug,
        lambda s, room: taking_part.voice_concern(s, room, actor(), now=now(), **told),
        {"": "Thank you. A moderator looks at it now, and nobody else learns of it."},
        back={"thanked": "1", "_anchor": "thanks"},
    )


@blueprint.post("/meetings/<slug>/live/call")
@requires("room.join")
def call(slug: str) -> Response:
    """The way into the call is made now, for this person alone, and stands in no page."""
    try:
        with db().write() as session:
            room_id = find_room_of(session, find_meeting(session, slug)).id
            address = way_in(session, room_id, actor(), settings().jitsi, now=now())
    except DomainError as error:
        return _refused(slug, error)
    return redirect(address, 303)


def is_ready() -> bool:
    """Whether both boxes of the privacy check were ticked."""
    return {"alone", "screen"} <= set(request.form)


def page(slug: str, *, error: DomainError | None = None, kept: Kept | None = None) -> Response:
    """The waiting room, the room, or how it ended: whichever is true now for this person."""
    with db().write() as session:
        template, shown = _where_they_are(session, find_meeting(session, slug))
    said = {"error": error, "kept": kept or Kept(), "about": request.args.get("about", "")}
    status = status_of(error)[0] if error else 200
    return make_response(render_template(template, **shown, **said), status)


def find_room_of(session: Session, meeting: Meeting) -> Room:
    return room_of(session, current_occurrence(session, meeting, now=now()), now=now())


def wake(room_id: str) -> None:
    """Tell this process's sockets that something was committed; the others see it at their next pulse."""
    cast(LiveRooms, current_app.extensions["evenside.live"]).wake(room_id)


def _where_they_are(session: Session, meeting: Meeting) -> tuple[str, dict[str, Any]]:
    room = find_room_of(session, meeting)
    outside = why_outside(session, room, actor(), now=now())
    if outside is not None or room.state == "closed":
        return "live/ended.html", ended(session, meeting, room, outside)
    return _inside_or_before(session, meeting, room, find_participant(session, room.id, actor().person_id))


def _inside_or_before(
    session: Session, meeting: Meeting, room: Room, place: Participant | None
) -> tuple[str, dict[str, Any]]:
    be_seen(session, room.id, actor().person_id, moderates=leads(session, room, actor()), now=now())
    if place is not None and room.state in RUNNING:
        return "live/room.html", inside(session, meeting, room, place)
    return "live/lobby.html", lobby(session, meeting, room)


def _act(
    slug: str,
    command: Callable[[Session, str], Answer],
    said: Mapping[str, str] | None = None,
    back: Mapping[str, Any] | None = None,
) -> Response:
    """Run a command for a form: back to the room when done, the page with its words when refused."""
    try:
        with db().write() as session:
            room_id = find_room_of(session, find_meeting(session, slug)).id
            answer = command(session, room_id)
    except DomainError as error:
        return _refused(slug, error)
    if _is_missed(answer):
        return _hear_anyway(slug)
    wake(room_id)
    words = (said or {}).get(str(answer.get("state", "")))
    if words:
        flash(words)
    return redirect(url_for("live.show", slug=slug, **(back or {})), 303)


def _is_missed(answer: Answer) -> bool:
    """Whether words of danger in this form were refused, or answered as an earlier message was."""
    is_spoken = request.endpoint in {"live.ask", "live.edit", "live.chat"}
    return is_spoken and answer.get("state") != "escalated" and is_crisis(request.form.get("text", ""))


def _hear_anyway(slug: str) -> Response:
    with db().write() as session:
        room_id = find_room_of(session, find_meeting(session, slug)).id
        hear_anyway(session, room_id, actor(), request.form["text"], now=now())
    wake(room_id)
    return redirect(url_for("live.show", slug=slug), 303)


def _refused(slug: str, error: DomainError) -> Response:
    """What was typed stays in its field; what is missing, or not allowed, is a page of its own."""
    if _is_missed({}) or (request.endpoint == "live.concern" and is_crisis(request.form.get("text", ""))):
        return _hear_anyway(slug)
    if isinstance(error, NotJoined | Removed):
        return redirect(url_for("live.show", slug=slug), 303)
    if isinstance(error, BadPayload) or status_of(error)[0] in {401, 403, _MISSING}:
        raise error
    act = (request.endpoint or "").removeprefix("live.")
    return page(slug, error=error, kept=Kept(act, request.form.get("text", ""), request.form.get("question")))
