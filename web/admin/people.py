"""Everybody with a way in: found, invited, given and taken roles, ended and brought back."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from auth.people import AddressTaken, BadName, Role
from auth.roster import (
    LastCoordinator,
    NoRole,
    NotOneself,
    bring_back,
    change_roles,
    depart,
    find_here,
    invite,
    invite_again,
)
from auth.roster_reading import find_everybody
from auth.sessions import open_sessions
from auth.tokens import tokens_of
from foundation.errors import DomainError
from scheduling.departures import what_is_ahead
from web.context import actor, db, now, settings
from web.errors import status_of
from web.forms import AddressField, Form, LineField, ZoneField, refuse
from web.guards import requires
from web.reading_trail import note_reading

blueprint = Blueprint("admin_people", __name__, url_prefix="/admin/people")
_ROOT = "/admin/people"
_ON_PAGE, _DIGITS, _REFUSED = 50, 6, 422
KINDS: Any = {
    Role.MEMBER.value: "Member",
    Role.PRACTITIONER.value: "Therapist",
    Role.MODERATOR.value: "Moderator",
    Role.COORDINATOR.value: "Coordinator",
}


class RolesField(SelectMultipleField):
    """Boxes to tick, at least one."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str = "What they are here", **kwargs: Any) -> None:
        super().__init__(label, choices=KINDS, **kwargs)

    @property
    def roles(self) -> list[Role]:
        return [Role(one) for one in self.data or []]


class FindForm(Form):
    """What is typed never goes into an address."""

    words = LineField("Name or address", most=120, missing=None)
    role: Any = SelectField("What they are", choices={"": "Anybody", **KINDS})
    where: Any = SelectField("Where", choices={"here": "Here", "left": "Have left"})


class InviteForm(Form):
    name = LineField("Name", most=80, missing="Write a name; it can be a first name.")
    email = AddressField()
    timezone = ZoneField("Time zone")
    roles = RolesField()


class RolesForm(Form):
    roles = RolesField()


@blueprint.get("")
@requires("coordinator")
def index() -> Response:
    return _list(FindForm(data={"where": "here"}), _asked_page())


@blueprint.post("")
@requires("coordinator")
def find() -> Response:
    form = FindForm.sent()
    return _list(form, 1, 200 if form.validate() else _REFUSED)


@blueprint.get("/new")
@requires("coordinator")
def ask() -> str:
    usual = {"timezone": settings().timezone, "roles": [Role.MEMBER.value]}
    return render_template("admin/person_new.html", form=InviteForm(data=usual))


@blueprint.post("/new")
@requires("coordinator")
def add() -> Response:
    form = InviteForm.sent()
    if form.validate() and (person_id := _invited(form)):
        flash("Added. A mail is on its way that leads to signing in and says nothing else.")
        return redirect(f"{_ROOT}/{person_id}", 303)
    return make_response(render_template("admin/person_new.html", form=form), _REFUSED)


@blueprint.get("/<person_id>")
@requires("coordinator")
def show(person_id: str) -> Response:
    note_reading("person.read", "person", _known(person_id))
    return _person(person_id)


@blueprint.post("/<person_id>/roles")
@requires("coordinator")
def change(person_id: str) -> Response:
    form = RolesForm.sent()
    _known(person_id)
    if not form.validate():
        return _person(person_id, form)
    try:
        db().change(lambda session: change_roles(session, person_id, form.roles.roles, **_by()))
    except (NoRole, NotOneself, LastCoordinator) as error:
        refuse(form.roles, error.message)
        return _person(person_id, form)
    flash("Kept. Where they were signed in, they sign in anew.")
    return redirect(f"{_ROOT}/{person_id}", 303)


@blueprint.post("/<person_id>/invite")
@requires("coordinator")
def tell_again(person_id: str) -> Response:
    with db().write() as session:
        invite_again(session, person_id, **_by())
    flash("A mail is on its way that leads to signing in.")
    return redirect(f"{_ROOT}/{person_id}", 303)


@blueprint.get("/<person_id>/leave")
@requires("coordinator")
def ask_leave(person_id: str) -> Response:
    note_reading("person.read", "person", _known(person_id))
    return _person(person_id, page="admin/person_leave.html")


@blueprint.post("/<person_id>/leave")
@requires("coordinator")
def leave(person_id: str) -> Response:
    try:
        db().change(lambda session: depart(session, person_id, **_by()))
    except (NotOneself, LastCoordinator) as error:
        return _person(person_id, page="admin/person_leave.html", error=error)
    flash("Ended, everywhere at once. If it was a mistake, bring them back here.")
    return redirect(f"{_ROOT}/{person_id}", 303)


@blueprint.post("/<person_id>/back")
@requires("coordinator")
def back(person_id: str) -> Response:
    if db().change(lambda session: bring_back(session, person_id, **_by())):
        flash("They can sign in again. Programs that spoke for them need a new token.")
    return redirect(f"{_ROOT}/{person_id}", 303)


def _invited(form: InviteForm) -> str | None:
    """The id of whom was added; None when the form says what stands in the way."""
    told = {"email": form.email.data or "", "name": form.name.data or "", "timezone": form.timezone.data}
    try:
        with db().write() as session:
            return invite(session, **told, roles=form.roles.roles, **_by()).id
    except NoRole as error:
        refuse(form.roles, error.message)
    except BadName as error:
        refuse(form.name, error.message)
    except AddressTaken as error:
        refuse(form.email, f"{error.message} They may have left: look under “Have left”.")
    return None


def _list(form: FindForm, number: int, status: int = 200) -> Response:
    wanted: dict[str, Any] = {}
    if not form.errors:
        wanted = {"role": form.role.data or "", "gone": form.where.data == "left"}
        wanted["words"] = form.words.data or ""
    with db().read() as session:
        found = find_everybody(session, **wanted, limit=_ON_PAGE, offset=(number - 1) * _ON_PAGE)
    note_reading("people.listed", "people", "everybody", people=[one.person.id for one in found.lines])
    asked = request.method == "POST"
    pages = 1 if asked else max(1, -(-found.total // _ON_PAGE))
    facts = {"found": found, "asked": asked, "number": number, "pages": pages, "kinds": KINDS}
    return make_response(render_template("admin/people.html", form=form, **facts), status)


def _person(
    person_id: str,
    form: RolesForm | None = None,
    page: str = "admin/person.html",
    error: DomainError | None = None,
) -> Response:
    with db().read() as session:
        facts = _facts(session, person_id)
    shown = form or RolesForm(data={"roles": sorted(facts["person"].roles)})
    status = status_of(error)[0] if error else _REFUSED if form else 200
    facts |= {"form": shown, "error": error, "kinds": KINDS, "mine": person_id == actor().person_id}
    return make_response(render_template(page, **facts), status)


def _facts(session: Session, person_id: str) -> dict[str, Any]:
    person = find_here(session, person_id)
    ahead = what_is_ahead(session, person_id, now=now())
    others = {one.id: _other(session, one, person_id) for one in ahead.appointments}
    sessions, tokens = open_sessions(session, person_id, now=now()), tokens_of(session, person_id)
    return {"person": person, "ahead": ahead, "others": others, "sessions": sessions, "tokens": tokens}


def _other(session: Session, one: Any, person_id: str) -> str:
    other = one.member_id if one.practitioner_id == person_id else one.practitioner_id
    return find_here(session, other).name


def _known(person_id: str) -> str:
    with db().read() as session:
        return find_here(session, person_id).id


def _by() -> dict[str, Any]:
    return {"by": actor().person_id, "now": now()}


def _asked_page() -> int:
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < _DIGITS else 1
