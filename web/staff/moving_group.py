"""Moving one date of a weekly group to a chosen time: the question; the group's own page does it."""

from datetime import datetime

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from auth.permissions import allow
from scheduling.diary import GroupSession, group_session
from scheduling.group_refusals import UnknownGroup
from web.context import actor, db, now, viewer_zone
from web.guards import requires
from web.staff.when_form import asked_when, form_at, is_asked
from web.staff.whose import whose

blueprint = Blueprint("staff_moving_group", __name__, url_prefix="/staff/groups")


@blueprint.get("/<group_id>/dates/<occurrence_id>/move-to")
@requires("schedules")
def ask_group_date(group_id: str, occurrence_id: str) -> str:
    with db().read() as session:
        found = _led(session, group_id, occurrence_id)
        whom = whose(session, found.occurrence.practitioner_id)
    starts_at = found.occurrence.starts_at
    form = asked_when() if is_asked() else form_at(starts_at, viewer_zone())
    at: datetime | None = form.instant(viewer_zone()) if is_asked() else None
    more = {"view": "day"} if request.args.get("view") == "day" else {}
    return render_template(
        "staff/move_group.html",
        found=found,
        one=found.occurrence,
        whose=whom,
        form=form,
        at=at,
        settled=starts_at <= now() or found.occurrence.status != "active",
        back=whom.day(starts_at.astimezone(viewer_zone()).date(), **more),
    )


def _led(session: Session, group_id: str, occurrence_id: str) -> GroupSession:
    """One whose leader's calendar this person may keep. Raises UnknownGroup, NotYours."""
    found = group_session(session, occurrence_id)
    if found is None or found.occurrence.series_id != group_id:
        raise UnknownGroup
    allow(actor(), "schedule.edit", found.occurrence)
    return found
