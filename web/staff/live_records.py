"""The record of an evening: who did what when, how it was shared out, and the transcript to take."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template
from sqlalchemy.orm import Session

from realtime.evenings import acts_of, allow_record, evening_on, evenings_of, take_transcript
from realtime.fairness import in_words
from realtime.figures import fairness_of
from realtime.models import Room
from realtime.room import leads
from realtime.transcript import FORMS, file_name
from scheduling.meetings import Meeting, find_meeting
from web.context import actor, db, now
from web.guards import requires
from web.staff.live_acts import told

blueprint = Blueprint("staff_live_records", __name__, url_prefix="/staff/live")


@blueprint.get("/<slug>/record")
@requires("staff")
def latest(slug: str) -> str:
    return _page(slug, None)


@blueprint.get("/<slug>/record/<day>")
@requires("staff")
def show(slug: str, day: str) -> str:
    return _page(slug, _date(day))


@blueprint.get("/<slug>/record/<day>/evening.<form>")
@requires("staff")
def transcript(slug: str, day: str, form: str) -> Response:
    """A file to keep, named by its date alone; that it was taken stands in the record."""
    if form not in FORMS:
        abort(404)
    write, kind = FORMS[form]
    with db().write() as session:
        meeting, room = _evening(session, slug, _date(day))
        taken = take_transcript(session, meeting, room, actor(), now=now())
    answer = make_response(write(taken))
    answer.headers["Content-Type"] = f"{kind}; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(taken, form)}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(slug: str, day: date | None) -> str:
    with db().read() as session:
        meeting, room = _evening(session, slug, day)
        shown = {**_figures(session, room), **_around(session, meeting, room)}
    return render_template("staff/live_record.html", **shown)


def _evening(session: Session, slug: str, day: date | None) -> tuple[Meeting, Room]:
    meeting = find_meeting(session, slug)
    allow_record(session, meeting, actor())
    return meeting, evening_on(session, meeting, day, now=now())


def _figures(session: Session, room: Room) -> dict[str, Any]:
    until = room.closed_at or now()
    return {
        "fairness": in_words(fairness_of(session, room.id, now=until)),
        "acts": [told(one) for one in acts_of(session, room)],
    }


def _around(session: Session, meeting: Meeting, room: Room) -> dict[str, Any]:
    others = evenings_of(session, meeting, now=now())
    return {
        "meeting": meeting,
        "room": room,
        "others": [one for one in others if one.id != room.id],
        "may_take": room.state == "closed" and room.erased_at is None and leads(session, room, actor()),
        "forms": {"txt": "plain text", "csv": "a table", "json": "JSON"},
    }


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        abort(404)
