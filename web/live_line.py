"""One's own private line: in the room, and on a page that stays when the room is closed or one has left it.

Nothing here asks whether the person is muted, removed or slow: whoever is in danger may always write.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from realtime.alerts import room_about
from realtime.line_views import person_line_view
from realtime.lines import need_again, speak_to_team
from realtime.views import View
from safety.flags import Flag, UnknownFlag
from safety.hearing import listen_first
from safety.helplines import helplines
from safety.private_line import LineOver, NothingSaid, is_shown_to_person, lines_of_person
from web.context import actor, actor_or_none, db, now, settings
from web.errors import status_of
from web.guards import requires
from web.live import wake
from web.local_path import local_path

blueprint = Blueprint("live_line", __name__)
_LONGEST = 8000


@blueprint.app_template_global("my_line")
def my_line() -> View | None:
    """The open line of whoever looks at this page, the latest if there are several."""
    somebody = actor_or_none()
    if somebody is None:
        return None
    with db().read() as session:
        mine = lines_of_person(session, somebody.person_id)
        return person_line_view(session, mine[0]) if mine else None


@blueprint.get("/help/line")
@requires("member")
def latest() -> Response:
    """The latest line, also when it has ended. Without any, the page says where help is."""
    with db().read() as session:
        flag = _latest(session)
    return _page(flag.id if flag else None)


@blueprint.get("/help/line/<flag_id>")
@requires("member")
def show(flag_id: str) -> Response:
    return _page(flag_id)


@blueprint.post("/help/line/<flag_id>/say")
@requires("member")
def say(flag_id: str) -> Response:
    return _spoken(flag_id, lambda s, text: speak_to_team(s, actor(), flag_id, text, now=now()))


@blueprint.post("/help/line/<flag_id>/again")
@requires("member")
def again(flag_id: str) -> Response:
    """After the ending: whoever writes here is heard as somebody who needs a person now."""
    return _spoken(flag_id, lambda s, text: need_again(s, actor(), flag_id, text, now=now()))


def _spoken(flag_id: str, command: Callable[[Session, str], Any]) -> Response:
    text = request.form.get("text", "")[:_LONGEST]
    listen_first([text])
    try:
        with db().write() as session:
            _own(session, flag_id)
            line = command(session, text)["flag"]
            room = room_about(session, session.get_one(Flag, line))
    except (LineOver, NothingSaid) as error:
        return _page(flag_id, error)
    if room is not None:
        wake(room.id)
    return redirect(_back(line), 303)


def _back(line: str) -> str:
    """To the page that the words were sent from, if it is one of ours; else to the line."""
    back = request.form.get("back")
    return local_path(f"{back}#care" if back else None, default=f"/help/line/{line}#said")


def _page(flag_id: str | None, error: DomainError | None = None) -> Response:
    with db().read() as session:
        line = person_line_view(session, _own(session, flag_id)) if flag_id else None
    body = render_template(
        "live/line.html",
        line=line,
        error=error,
        typed=request.form.get("text", ""),
        lines=[one for one in helplines(settings()) if one.urgent],
    )
    return make_response(body, status_of(error)[0] if error else 200)


def _own(session: Session, flag_id: str) -> Flag:
    """Raises UnknownFlag for anybody else, and for a concern before anybody has spoken with the person."""
    flag = session.get(Flag, flag_id)
    if flag is None or flag.person_id != actor().person_id or not is_shown_to_person(session, flag):
        raise UnknownFlag
    return flag


def _latest(session: Session) -> Flag | None:
    mine = lines_of_person(session, actor().person_id)
    if mine:
        return mine[0]
    ended = select(Flag).where(Flag.person_id == actor().person_id).order_by(Flag.raised_at.desc())
    return next((flag for flag in session.scalars(ended.limit(5)) if is_shown_to_person(session, flag)), None)
