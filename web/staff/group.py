"""One weekly group at the desk: its dates, who is in it, and everything that can change of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.people import find_member, find_person
from auth.permissions import allow
from foundation.errors import DomainError
from scheduling.groups import change_following, change_seats, end_group, find_group
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
from web.staff.group_words import GroupView, group_view
from web.staff.people import SearchForm

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

    return act_on(group_id, command, "Added. They get a mail with their dates.", about=member_id)


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


def _act(group_id: str, command: Callable[..., Any], words: str, *args: Any, **more: Any) -> Response:
    def go(session: Session) -> None:
        _led(session, group_id)
        command(session, group_id, *args, **more, by=actor().person_id, now=now())

    return act_on(group_id, go, words)


def act_on(group_id: str, command: Callable[[Session], None], words: str, about: str = "") -> Response:
    """Run it and show the group with `words`, or with the refusal; `about` is whom a conflict is about."""
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
