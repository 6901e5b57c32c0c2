"""One weekly group at the desk: its dates, who is in it, and everything that can change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import find_member, find_person
from auth.permissions import allow
from foundation.errors import DomainError
from scheduling.appointments import Book, book
from scheduling.groups import cancel_date, change_following, change_seats, end_group, find_group, move_date
from scheduling.members import MemberPage, find_members
from scheduling.memberships import join_group, leave_group
from scheduling.refusals import NotASlot
from scheduling.series_refusals import SeriesConflict
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.forms import Form, instant_of
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.group_form import FollowingForm, FromForm, SeatsForm, first_error
from web.staff.group_words import GroupView, date_line, group_view
from web.staff.people import SearchForm
from web.staff.when_form import WhenForm, form_at

blueprint = Blueprint("staff_group", __name__, url_prefix="/staff/groups/<group_id>")
_MOST_FOUND = 20


@dataclass(frozen=True)
class Shown:
    """What the page says besides the group: a refusal, what was typed, and members who were looked for."""

    error: DomainError | None = None
    typed: Form | None = None
    search: SearchForm | None = None
    found: MemberPage | None = None
    status: int = 200


@blueprint.get("")
@requires("schedules")
def show(group_id: str) -> Response:
    return _page(group_id, Shown())


@blueprint.post("/find")
@requires("schedules")
def find(group_id: str) -> Response:
    """Members by part of their name, to add one."""
    form = SearchForm.sent()
    if not form.validate():
        return _page(group_id, Shown(search=form, status=422))
    with db().read() as session:
        _led(session, group_id)
        found = find_members(session, form.name.data or "", now=now(), limit=_MOST_FOUND)
    note_reading("people.listed", "people", "members", people=[one.id for one in found.lines])
    return _page(group_id, Shown(search=form, found=found))


@blueprint.post("/members/<member_id>")
@requires("schedules")
def add_member(group_id: str, member_id: str) -> Response:
    """From the next date on; a date in the way is named first, and left out when that is said."""
    skip = request.form.get("on_conflict") == "skip"

    def command(session: Session) -> None:
        _led(session, group_id)
        find_member(session, member_id)
        mode = "skip" if skip else "fail"
        join_group(
            session,
            group_id,
            member_id,
            from_date=date.min,
            on_conflict=mode,  # type: ignore[arg-type]
            by=actor().person_id,
            now=now(),
        )

    return _do(group_id, command, "Added. They get a mail with their dates.", about=member_id)


@blueprint.post("/members/<member_id>/remove")
@requires("schedules")
def remove_member(group_id: str, member_id: str) -> Response:
    return _act(group_id, leave_group, "They have no seat any more, and get a mail.", member_id)


@blueprint.post("/seats")
@requires("schedules")
def seats(group_id: str) -> Response:
    form = SeatsForm.sent()
    return _checked(group_id, form, lambda: _act(group_id, change_seats, "Saved.", form.capacity.data))


@blueprint.post("/following")
@requires("schedules")
def following(group_id: str) -> Response:
    form = FollowingForm.sent(prefix="follow-")

    def go() -> Response:
        instant = instant_of(form.day, form.time, viewer_zone())
        if instant is None:
            return _page(group_id, Shown(NotASlot(first_error(form)), form, status=422))
        words = "Changed. Everybody in it gets a mail."
        return _act(group_id, change_following, words, form.from_date.data, instant)

    return _checked(group_id, form, go)


@blueprint.post("/end")
@requires("schedules")
def end(group_id: str) -> Response:
    form = FromForm.sent(prefix="end-")
    words = "It ends before that day. Everybody in it gets a mail."
    return _checked(group_id, form, lambda: _act(group_id, end_group, words, from_date=form.from_date.data))


@blueprint.get("/dates/<occurrence_id>")
@requires("schedules")
def show_date(group_id: str, occurrence_id: str) -> Response:
    return _date_page(group_id, occurrence_id)


@blueprint.post("/dates/<occurrence_id>/move")
@requires("schedules")
def move_one(group_id: str, occurrence_id: str) -> Response:
    form = WhenForm.sent()
    instant = form.instant(viewer_zone())
    if instant is None:
        return _date_page(group_id, occurrence_id, form, status=422)

    def command(session: Session) -> int:
        _on_date(session, group_id, occurrence_id)
        return len(move_date(session, occurrence_id, instant, by=actor().person_id, now=now()).without)

    try:
        without = db().change(command)
    except DomainError as error:
        return _date_page(group_id, occurrence_id, form, error, status_of(error)[0])
    flash("Moved. Everybody in it gets a mail." + (_cannot(without) if without else ""))
    return redirect(f"/staff/groups/{group_id}/dates/{occurrence_id}", 303)


@blueprint.post("/dates/<occurrence_id>/cancel")
@requires("schedules")
def cancel_one(group_id: str, occurrence_id: str) -> Response:
    def command(session: Session) -> None:
        _on_date(session, group_id, occurrence_id)
        cancel_date(session, occurrence_id, by=actor().person_id, now=now())

    return _do(group_id, command, "Cancelled. Everybody in it gets a mail.")


@blueprint.post("/dates/<occurrence_id>/members/<member_id>")
@requires("schedules")
def seat_once(group_id: str, occurrence_id: str, member_id: str) -> Response:
    """A seat on this date alone, whatever the notice."""

    def command(session: Session) -> None:
        line = _on_date(session, group_id, occurrence_id)
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

    return _do(group_id, command, "They have a seat on that date, and get a mail.")


def _act(group_id: str, command: Callable[..., Any], words: str, *args: Any, **more: Any) -> Response:
    def go(session: Session) -> None:
        _led(session, group_id)
        command(session, group_id, *args, **more, by=actor().person_id, now=now())

    return _do(group_id, go, words)


def _do(group_id: str, command: Callable[[Session], None], words: str, about: str = "") -> Response:
    try:
        db().change(command)
    except SeriesConflict as error:
        return _page(group_id, Shown(error, status=status_of(error)[0]), about)
    except DomainError as error:
        if status_of(error)[0] == 404:  # noqa: PLR2004 - what is not there has its own page
            raise
        return _page(group_id, Shown(error, status=status_of(error)[0]))
    flash(words)
    return redirect(f"/staff/groups/{group_id}", 303)


def _checked(group_id: str, form: Form, go: Callable[[], Response]) -> Response:
    if form.validate():
        return go()
    return _page(group_id, Shown(NotASlot(first_error(form)), form, status=422))


def _led(session: Session, group_id: str) -> GroupView:
    """The group, if whoever asks may keep its leader's calendar."""
    series = find_group(session, group_id)
    allow(actor(), "schedule.edit", series)
    return group_view(session, series, now=now())


def _on_date(session: Session, group_id: str, occurrence_id: str) -> Any:
    allow(actor(), "schedule.edit", find_group(session, group_id))
    return date_line(session, group_id, occurrence_id) or abort(404)


def _cannot(count: int) -> str:
    return f" {count} cannot come then and gave up the seat for that date."


def _page(group_id: str, shown: Shown, about: str = "") -> Response:
    with db().read() as session:
        view = _led(session, group_id)
        person = find_person(session, about) if about else None
    note_reading("group.read", "group", group_id, people=view.people)
    body = render_template(
        "staff/group.html",
        view=view,
        shown=shown,
        about=person,
        search=shown.search or SearchForm(),
        seats=_form(shown, SeatsForm, SeatsForm(data={"capacity": view.series.capacity})),
        following=_form(shown, FollowingForm, _following(view)),
        ending=_form(shown, FromForm, FromForm(data={"from_date": _first_day(view)}, prefix="end-")),
    )
    return make_response(body, shown.status)


def _form(shown: Shown, kind: type[Form], fresh: Form) -> Form:
    """What was typed stays where it was typed."""
    return shown.typed if type(shown.typed) is kind else fresh


def _following(view: GroupView) -> FollowingForm:
    start = view.next.occurrence.starts_at.astimezone(viewer_zone()) if view.next else None
    minute = start.hour * 60 + start.minute if start else None
    day = start.date() if start else None
    return FollowingForm(data={"from_date": _first_day(view), "day": day, "time": minute}, prefix="follow-")


def _first_day(view: GroupView) -> date | None:
    return view.next.occurrence.series_date if view.next else None


def _date_page(
    group_id: str,
    occurrence_id: str,
    form: WhenForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> Response:
    with db().read() as session:
        line = _on_date(session, group_id, occurrence_id)
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
