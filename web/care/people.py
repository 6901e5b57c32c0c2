"""The people beside a member: who is rung first, their numbers, and taking somebody out again."""

from flask import Blueprint, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response

from scheduling.aftercare.supporters import (
    MOST,
    NAME_LETTERS,
    RELATION_LETTERS,
    add_supporter,
    call_first,
    change_supporter,
    remove_supporter,
    supporter_of,
    supporters_of,
)
from scheduling.listening import STEPS, hear_from
from web.context import actor, db, now
from web.forms import Form, LineField, PhoneField
from web.guards import requires

blueprint = Blueprint("care_people", __name__, url_prefix="/care/people")
_REFUSED = 422


class SupporterForm(Form):
    name = LineField("First name", most=NAME_LETTERS, missing="Write a name, as you would say it.")
    phone = PhoneField("Their number", missing="Write the number to ring.")
    relation = LineField("Who they are, and when", most=RELATION_LETTERS, missing=None)

    def told(self) -> tuple[str, str, str]:
        return self.name.data or "", self.phone.data or "", self.relation.data or ""


@blueprint.get("")
@requires("care")
def show() -> Response:
    return _page(SupporterForm())


@blueprint.post("")
@requires("care")
def add() -> Response:
    form, mine = SupporterForm.sent(), actor().person_id
    is_whole = form.validate()
    _hear(form)
    if not is_whole:
        return _page(form, _REFUSED)
    with db().write() as session:
        add_supporter(session, mine, *form.told(), by=mine, now=now())
    flash(f"{form.name.data} is in your steps now.")
    return redirect("/care/people", 303)


@blueprint.get("/<supporter_id>")
@requires("care")
def one(supporter_id: str) -> Response:
    with db().read() as session:
        found = supporter_of(session, actor().person_id, supporter_id)
    return _one_page(SupporterForm(obj=found), supporter_id)


@blueprint.post("/<supporter_id>")
@requires("care")
def change(supporter_id: str) -> Response:
    form, mine = SupporterForm.sent(), actor().person_id
    is_whole = form.validate()
    _hear(form)
    with db().write() as session:
        supporter_of(session, mine, supporter_id)
        if is_whole:
            change_supporter(session, mine, supporter_id, *form.told(), by=mine, now=now())
    if not is_whole:
        return _one_page(form, supporter_id, _REFUSED)
    flash("Kept.")
    return redirect("/care/people", 303)


@blueprint.post("/<supporter_id>/first")
@requires("care")
def first(supporter_id: str) -> Response:
    mine = actor().person_id
    with db().write() as session:
        call_first(session, mine, supporter_id, by=mine, now=now())
    flash("Moved. The first one is on the large button.")
    return redirect("/care/people", 303)


@blueprint.post("/<supporter_id>/remove")
@requires("care")
def remove(supporter_id: str) -> Response:
    mine = actor().person_id
    with db().write() as session:
        remove_supporter(session, mine, supporter_id, by=mine, now=now())
    flash("Taken out. The number is gone from here.")
    return redirect("/care/people", 303)


def _hear(form: SupporterForm) -> None:
    """The free line, by itself and first: whatever is refused after takes no cry for help back."""
    if not form.relation.data:
        return
    with db().write() as session:
        hear_from(session, actor().person_id, form.relation.data, now=now(), source=STEPS)


def _page(form: SupporterForm, status: int = 200) -> Response:
    with db().read() as session:
        supporters = supporters_of(session, actor().person_id)
    shown = {"supporters": supporters, "has_room": len(supporters) < MOST, "form": form}
    return make_response(render_template("care/people.html", **shown), status)


def _one_page(form: SupporterForm, supporter_id: str, status: int = 200) -> Response:
    shown = {"form": form, "supporter_id": supporter_id}
    return make_response(render_template("care/supporter.html", **shown), status)
