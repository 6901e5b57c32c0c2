"""One meeting's sheet: who of those in one's care came, ticked all at once."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from scheduling.aftercare.worklist import cared_by
from scheduling.attendance_journal import occurrence_id
from scheduling.attendance_sheet import came_to, held_lately, mark_sheet
from web.context import actor, db, now
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.whose import asked_whose, colleagues

blueprint = Blueprint("staff_attendance_sheet", __name__, url_prefix="/staff/worklist/meetings")
_HERE = "/staff/worklist/meetings"


@blueprint.get("")
@requires("schedules")
def show() -> str:
    """The last meeting, or the one that `at` names."""
    with db().read() as session:
        whose, others = asked_whose(session), colleagues(session)
        dates = {occurrence_id(one.meeting_id, one.date): one for one in held_lately(session, now=now())}
        at = _chosen(list(dates))
        members = cared_by(session, whose.id, now=now())
        came = came_to(session, at, [one.member_id for one in members])
    note_reading("attendance.sheet", "practitioner", whose.id, occurrence=at)
    return render_template(
        "staff/attendance_sheet.html", dates=dates, at=at, members=members, came=came, whose=whose,
        others=others,
    )  # fmt: skip


@blueprint.post("")
@requires("schedules")
def keep() -> Response:
    at = request.form.get("at", "")
    with db().write() as session:
        whose = asked_whose(session)
        changed = mark_sheet(
            session,
            at,
            [one.member_id for one in cared_by(session, whose.id, now=now())],
            ticked=frozenset(request.form.getlist("came")),
            were_ticked=frozenset(request.form.getlist("was")),
            by=actor().person_id,
            now=now(),
        )
    flash("Noted." if changed else "Nothing was changed.")
    return redirect(whose.link(_HERE, at=at), 303)


def _chosen(dates: Sequence[str]) -> str:
    asked = request.args.get("at", "")
    return asked if asked in dates else next(iter(dates), "")
