"""Which meetings a member came to: by the room's count, and by the word of whoever was there."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from scheduling.attendance_journal import mark
from scheduling.attendance_view import meeting_dates
from scheduling.kept_weeks import WEEKS
from web.context import actor, db, now
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.person import cared_for

blueprint = Blueprint("person_meetings", __name__, url_prefix="/staff/people/<member_id>/meetings")
_SHORT, _LONG = timedelta(weeks=4), timedelta(weeks=WEEKS)
_SAID = {"came": True, "away": False}


@blueprint.get("")
@requires("book.for_member")
def show(member_id: str) -> str:
    whole = "all" in request.args
    with db().read() as session:
        member = cared_for(session, member_id)
        dates = meeting_dates(session, member.id, since=now() - (_LONG if whole else _SHORT), now=now())
    note_reading("attendance.read", "person", member.id)
    return render_template("staff/person_meetings.html", member=member, dates=dates, whole=whole)


@blueprint.post("")
@requires("book.for_member")
def say(member_id: str) -> Response:
    """`mark` is `came` or `away` and the date's name, joined by a space."""
    said, _, occurrence_id = request.form.get("mark", "").partition(" ")
    if said not in _SAID:
        abort(400)
    with db().write() as session:
        member = cared_for(session, member_id)
        mark(session, member.id, occurrence_id, came=_SAID[said], by=actor().person_id, now=now())
    flash("Noted.")
    return redirect(f"/staff/people/{member_id}/meetings", 303)
