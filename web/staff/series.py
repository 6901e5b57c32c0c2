"""A member's series at the desk: its dates, and changing or ending this one and all that follow."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from foundation.timewords import clock
from scheduling.refusals import NotASlot
from scheduling.series_changes import cancel_following, change_following, plan_following
from scheduling.series_check import PlannedDate
from scheduling.series_dates import find_series, regular_local
from scheduling.series_records import Series
from scheduling.series_refusals import BadSeries, NotInSeries, SeriesConflict
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.forms import instant_of
from web.guards import requires
from web.reading_trail import note_reading
from web.series_view import SeriesView, seen_series, view_of
from web.series_words import Choices, in_the_way, lines_of, read_choices, rule_words
from web.staff.when_form import WhenForm

blueprint = Blueprint("staff_series", __name__, url_prefix="/staff/series")
_REFUSED = (SeriesConflict, BadSeries, NotInSeries, NotASlot)


@dataclass(frozen=True)
class Changed:
    """What is asked for: from which original date on, and the new time, once both can be read."""

    start: date | None
    form: WhenForm
    starts_at: datetime | None = None


@blueprint.get("/<series_id>")
@requires("staff")
def show(series_id: str) -> Response:
    return _page(series_id, _first_form(series_id))


@blueprint.get("/<series_id>/change")
@requires("staff")
def plan(series_id: str) -> Response:
    """The same plan as before booking: what each date would be, and what is in the way."""
    asked = _asked(series_id)
    return _plan_page(series_id, asked) if asked.starts_at else _page(series_id, asked, status=422)


@blueprint.post("/<series_id>/change")
@requires("staff")
def change(series_id: str) -> Response:
    asked, choices = _asked(series_id), read_choices(request.form)
    if asked.start is None or asked.starts_at is None:
        return _page(series_id, asked, status=422)
    start, starts_at = asked.start, asked.starts_at

    def act(session: Session) -> Series:
        seen_series(session, series_id, "series.change")
        return change_following(
            session,
            series_id,
            start,
            starts_at,
            by=actor().person_id,
            now=now(),
            skip=choices.skip,
            moved=choices.moved,
        )

    try:
        db().change(act)
    except _REFUSED as error:
        return _plan_page(series_id, asked, error)
    flash("Changed. They get one mail with the new times.")
    return redirect(f"/staff/series/{series_id}", 303)


@blueprint.get("/<series_id>/cancel")
@requires("staff")
def ask_to_cancel(series_id: str) -> Response:
    start = _date("from")
    with db().read() as session:
        view = view_of(session, seen_series(session, series_id, "series.change"))
    gone = [line for line in view.ahead if start is not None and line.original >= start]
    if not gone:
        return redirect(f"/staff/series/{series_id}", 303)
    note_reading("series.read", "series", series_id)
    return make_response(render_template("staff/series_cancel.html", view=view, gone=gone, start=start))


@blueprint.post("/<series_id>/cancel")
@requires("staff")
def cancel(series_id: str) -> Response:
    start = _date("from")

    def act(session: Session) -> None:
        seen_series(session, series_id, "series.change")
        cancel_following(session, series_id, start or date.max, by=actor().person_id, now=now())

    try:
        db().change(act)
    except NotInSeries as error:
        return _page(series_id, _first_form(series_id), error)
    flash("Cancelled. They get one mail with the dates that are gone.")
    return redirect(f"/staff/series/{series_id}", 303)


def _asked(series_id: str) -> Changed:
    """What the address or the form says; the clock is the series' own."""
    form, start = WhenForm(request.values), _date("from")
    with db().read() as session:
        zone = ZoneInfo(seen_series(session, series_id, "series.change").timezone)
    return Changed(start, form, instant_of(form.day, form.time, zone) if form.validate() and start else None)


def _date(name: str) -> date | None:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None


def _first_form(series_id: str) -> Changed:
    """The next date that could change, at the time it has."""
    with db().read() as session:
        series = seen_series(session, series_id, "series.see")
        start = next((line.original for line in view_of(session, series).changeable), None)
        day, minute = regular_local(series, start) if start else (None, None)
    return Changed(start, WhenForm(data={"day": day, "time": minute}))


def _page(series_id: str, asked: Changed, error: DomainError | None = None, *, status: int = 200) -> Response:
    with db().read() as session:
        view = view_of(session, seen_series(session, series_id, "series.see"))
    note_reading("series.read", "series", series_id)
    body = render_template("staff/series.html", view=view, asked=asked, error=error)
    return make_response(body, status_of(error)[0] if error else status)


def _plan_page(series_id: str, asked: Changed, error: DomainError | None = None) -> Response:
    choices = read_choices(request.values)
    try:
        with db().read() as session:
            view = view_of(session, seen_series(session, series_id, "series.change"))
            bare = _plan(session, series_id, asked, Choices(frozenset(), {}))
            chosen = _plan(session, series_id, asked, choices) if choices.skip or choices.moved else bare
    except (BadSeries, NotInSeries, NotASlot) as refused:
        return _page(series_id, asked, refused)
    note_reading("series.read", "series", series_id)
    body = render_template(
        "staff/series_change.html",
        view=view,
        asked=asked,
        title=_title(view, asked),
        clock_there=clock(asked.starts_at or now(), view.zone),
        summary=in_the_way(chosen if error else bare),
        lines=lines_of(chosen, [one.conflict for one in bare if one.conflict], choices, viewer_zone()),
        error=error,
    )
    return make_response(body, status_of(error)[0] if error else 200)


def _plan(session: Session, series_id: str, asked: Changed, choices: Choices) -> list[PlannedDate]:
    if asked.start is None or asked.starts_at is None:
        raise NotInSeries
    return plan_following(
        session,
        find_series(session, series_id).id,
        asked.start,
        asked.starts_at,
        now=now(),
        skip=choices.skip,
        moved=choices.moved,
    )


def _title(view: SeriesView, asked: Changed) -> str:
    return (
        rule_words(asked.starts_at, viewer_zone(), view.series.every_weeks) if asked.starts_at else view.rule
    )
