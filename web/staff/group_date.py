"""One date of a weekly group at the desk: moving it, calling it off, and a seat on it for somebody."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import find_member
from auth.permissions import allow
from foundation.errors import DomainError
from scheduling.appointments import Book, book
from scheduling.groups import cancel_date, find_group, move_date
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.group import act_on
from web.staff.group_words import date_line
from web.staff.when_form import WhenForm, form_at

blueprint = Blueprint(
    "staff_group_date", __name__, url_prefix="/staff/groups/<group_id>/dates/<occurrence_id>"
)


@blueprint.get("")
@requires("schedules")
def show(group_id: str, occurrence_id: str) -> Response:
    return _page(group_id, occurrence_id)


@blueprint.post("/move")
@requires("schedules")
def move(group_id: str, occurrence_id: str) -> Response:
    form = WhenForm.sent()
    instant = form.instant(viewer_zone())
    if instant is None:
        return _page(group_id, occurrence_id, form, status=422)

    def command(session: Session) -> int:
        _line_of(session, group_id, occurrence_id)
        return len(move_date(session, occurrence_id, instant, by=actor().person_id, now=now()).without)

    try:
        without = db().change(command)
    except DomainError as error:
        return _page(group_id, occurrence_id, form, error, status_of(error)[0])
    flash("Moved. Everybody in it gets a mail." + (_cannot(without) if without else ""))
    return redirect(f"/staff/groups/{group_id}/dates/{occurrence_id}", 303)


@blueprint.post("/cancel")
@requires("schedules")
def cancel(group_id: str, occurrence_id: str) -> Response:
    def command(session: Session) -> None:
        _line_of(session, group_id, occurrence_id)
        cancel_date(session, occurrence_id, by=actor().person_id, now=now())

    return act_on(group_id, command, "Cancelled. Everybody in it gets a mail.")


@blueprint.post("/members/<member_id>")
@requires("schedules")
def seat_once(group_id: str, occurrence_id: str, member_id: str) -> Response:
    """A seat on this date alone, whatever the notice."""

    def command(session: Session) -> None:
        line = _line_of(session, group_id, occurrence_id)
        there = line.occurrence
        order = Book(
            there.service_id,
            there.practitioner_id,
            find_member(session, member_id).id,
            there.starts_at,
            booked_by=actor().person_id,
            override="A seat in the group, given by its leader.",
        )
        book(session, order, now=now())

    return act_on(group_id, command, "They have a seat on that date, and get a mail.")


def _line_of(session: Session, group_id: str, occurrence_id: str) -> Any:
    allow(actor(), "schedule.edit", find_group(session, group_id))
    return date_line(session, group_id, occurrence_id) or abort(404)


def _cannot(count: int) -> str:
    return f" {count} cannot come then and gave up the seat for that date."


def _page(
    group_id: str,
    occurrence_id: str,
    form: WhenForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> Response:
    with db().read() as session:
        line = _line_of(session, group_id, occurrence_id)
        series = find_group(session, group_id)
    note_reading("group.read", "group", group_id, people=[one.id for one in line.people])
    body = render_template(
        "staff/group_date.html",
        series=series,
        line=line,
        form=form or form_at(line.occurrence.starts_at, viewer_zone()),
        error=error,
        is_ahead=_is_ahead(line.occurrence.starts_at),
    )
    return make_response(body, status)


def _is_ahead(starts_at: datetime) -> bool:
    return starts_at > now()
