"""The people of an evening, each with what can be done, and those whom a meeting keeps away."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auth.permissions import NotAllowed
from foundation.errors import DomainError
from realtime.bars import bars_of, lift
from realtime.errors import BadPayload, UnknownPseudonym
from realtime.persons import act_on_person
from realtime.roster import roster
from scheduling.meetings import find_meeting
from web.context import actor, db, now
from web.errors import status_of
from web.guards import requires
from web.live import find_room_of, wake
from web.staff.live_desk import require_leads

blueprint = Blueprint("staff_live_people", __name__, url_prefix="/staff/live")
NOTHING: Mapping[str, str] = {}
BREAKS = {5: "5 minutes", 10: "10 minutes", 20: "20 minutes", 60: "an hour"}


@blueprint.get("/<slug>/people")
@requires("staff")
def people(slug: str) -> str:
    """Everybody who came in tonight, with the notes that this evening's moderators wrote."""
    return _page(slug)


@blueprint.post("/<slug>/people")
@requires("staff")
def act(slug: str) -> Response | tuple[str, int]:
    """One act on one person; what is refused keeps what was typed."""
    form, at = request.form, now()
    more: dict[str, Any] = {"minutes": form.get("minutes", type=int), "text": form.get("text") or None}
    try:
        with db().write() as session:
            room_id = find_room_of(session, find_meeting(session, slug)).id
            who, action = form.get("pseudonym", ""), form.get("action", "")
            act_on_person(session, room_id, actor(), who, action, now=at, **more)
    except (BadPayload, NotAllowed, UnknownPseudonym):
        raise
    except DomainError as error:
        return _page(slug, error, form), status_of(error)[0]
    wake(room_id)
    flash("Done.")
    return redirect(url_for("staff_live_people.people", slug=slug), 303)


def _page(slug: str, error: DomainError | None = None, typed: Mapping[str, str] = NOTHING) -> str:
    with db().write() as session:
        meeting = find_meeting(session, slug)
        room = find_room_of(session, meeting)
        require_leads(session, room)
        shown = roster(session, room, now=now())
    said = {"error": error, "typed": typed, "breaks": BREAKS}
    return render_template("staff/live_people.html", meeting=meeting, people=shown, **said)


@blueprint.get("/<slug>/bars")
@requires("staff")
def bars(slug: str) -> str:
    with db().read() as session:
        meeting = find_meeting(session, slug)
        shown = bars_of(session, meeting.id, actor())
    return render_template("staff/live_bars.html", meeting=meeting, bars=shown)


@blueprint.post("/<slug>/bars")
@requires("staff")
def lift_bar(slug: str) -> Response:
    with db().write() as session:
        lift(session, find_meeting(session, slug).id, actor(), request.form.get("bar", ""), now=now())
    flash("Lifted. They can come again from the next evening on.")
    return redirect(url_for("staff_live_people.bars", slug=slug), 303)
