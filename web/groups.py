"""Weekly groups for members: which there are, joining one or single dates of it, leaving."""

from collections.abc import Iterable
from datetime import date

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from scheduling.appointments import Book, book
from scheduling.group_dates import find_group
from scheduling.group_refusals import DateIsOff, UnknownGroup
from scheduling.memberships import join_group, leave_group, plan_join
from scheduling.series_records import Series
from scheduling.series_refusals import DateConflict, SeriesConflict
from scheduling.service_invitations import may_book
from scheduling.services import service_of
from web.context import actor, db, now
from web.errors import status_of
from web.group_words import group_words, groups_for
from web.guards import requires

blueprint = Blueprint("groups", __name__, url_prefix="/groups")


@blueprint.get("")
@requires("book")
def index() -> str:
    with db().read() as session:
        groups = groups_for(session, actor().person_id, now=now())
    return render_template("booking/groups.html", groups=groups)


@blueprint.get("/<group_id>")
@requires("book")
def show(group_id: str) -> Response:
    return _page(group_id)


@blueprint.post("/<group_id>/join")
@requires("book")
def join(group_id: str) -> Response:
    """Every week, without the dates that were not ticked; or the ticked ones alone, all or none."""
    every_week = request.form.get("do") == "weekly"
    try:
        db().change(lambda session: (_join if every_week else _book_dates)(session, group_id))
    except DomainError as error:
        return _page(group_id, error)
    flash("You have a seat every week." if every_week else "Booked. A mail comes for each date.")
    return redirect(f"/groups/{group_id}", 303)


@blueprint.post("/<group_id>/leave")
@requires("book")
def leave(group_id: str) -> Response:
    try:
        who = actor().person_id
        db().change(lambda session: leave_group(session, group_id, who, by=who, now=now()))
    except DomainError as error:
        return _page(group_id, error)
    flash("You have left. Your seats are free for others now.")
    return redirect(f"/groups/{group_id}", 303)


def _join(session: Session, group_id: str) -> None:
    """What the page showed as in the way is left out; what came meanwhile is named instead."""
    series, ticked, who = _open_group(session, group_id), _ticked(), actor().person_id
    unticked = _days(request.form.getlist("shown")) - ticked
    plan = plan_join(session, series.id, who, from_date=date.min, by=who, now=now())
    skip = {one.date for one in plan if one.date in unticked or (one.conflict and one.date not in ticked)}
    first = min(ticked, default=date.min)
    join_group(session, series.id, who, from_date=first, skip=skip, by=who, now=now())


def _book_dates(session: Session, group_id: str) -> None:
    """In the order of time; what cannot be had is named, and then nothing is booked."""
    series, ticked, who = _open_group(session, group_id), _ticked(), actor().person_id
    if not ticked:
        raise DateIsOff("Tick the dates to which you come.")
    planned = plan_join(session, series.id, who, from_date=min(ticked), by=who, now=now())
    wanted = [one for one in planned if one.date in ticked and not one.seated]
    conflicts = [DateConflict(one.date, one.conflict) for one in wanted if one.conflict]
    if conflicts:
        raise SeriesConflict(conflicts)
    for one in wanted:
        there = one.occurrence
        order = Book(series.service_id, series.practitioner_id, who, there.starts_at, booked_by=who)
        book(session, order, now=now())


def _open_group(session: Session, group_id: str) -> Series:
    """Raises UnknownGroup also for one that is not meant for whoever asks."""
    series = find_group(session, group_id)
    if not may_book(session, service_of(session, series.service_id), actor().person_id):
        raise UnknownGroup
    return series


def _ticked() -> set[date]:
    return _days(request.form.getlist("date"))


def _days(typed: Iterable[str]) -> set[date]:
    found = set()
    for one in typed:
        try:
            found.add(date.fromisoformat(one))
        except ValueError as error:
            raise DateIsOff from error
    return found


def _page(group_id: str, error: DomainError | None = None) -> Response:
    with db().read() as session:
        group = group_words(session, _open_group(session, group_id), actor().person_id, now=now())
    body = render_template("booking/group.html", group=group, error=error, ticked=_sent_dates())
    return make_response(body, status_of(error)[0] if error else 200)


def _sent_dates() -> list[str] | None:
    """What was ticked stays ticked; a first look has everything ticked."""
    return request.form.getlist("date") if request.method == "POST" else None
