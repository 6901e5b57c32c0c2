"""A member's own series: all its dates, and cancelling one of them or all the rest."""

from flask import Blueprint, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduling.series_changes import cancel_following
from scheduling.series_refusals import NotInSeries
from web.context import actor, db, now
from web.guards import requires
from web.series_view import SeriesView, seen_series, view_of

blueprint = Blueprint("member_series", __name__, url_prefix="/appointments/series")


@blueprint.get("/<series_id>")
@requires("member")
def show(series_id: str) -> Response:
    """Calendars of both sides link here; whoever works here has it at the desk."""
    view = _view(series_id)
    if not view.own:
        return redirect(f"/staff/series/{series_id}", 303)
    return make_response(render_template("booking/series.html", view=view))


@blueprint.get("/<series_id>/cancel")
@requires("member")
def ask_to_cancel(series_id: str) -> Response:
    view = _view(series_id)
    if not view.own or not view.ahead:
        return redirect(f"/appointments/series/{series_id}", 303)
    return make_response(render_template("booking/series_cancel.html", view=view))


@blueprint.post("/<series_id>/cancel")
@requires("member")
def cancel_the_rest(series_id: str) -> Response:
    def act(session: Session) -> None:
        series = seen_series(session, series_id, "series.change")
        cancel_following(session, series_id, series.first_date, by=actor().person_id, now=now())

    try:
        db().change(act)
    except NotInSeries:
        flash("Nothing of it is ahead any more, so nothing was changed.")
    else:
        flash("Cancelled. Thank you for telling us, somebody else can have the hours now.")
    return redirect(f"/appointments/series/{series_id}", 303)


def _view(series_id: str) -> SeriesView:
    with db().read() as session:
        return view_of(session, seen_series(session, series_id, "series.see"))
