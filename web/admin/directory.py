"""Whose lists of meetings are shown beside ours: added, looked at and removed by a coordinator."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import SelectField

from scheduling.calendars.importing.addresses import BadAddress
from scheduling.meeting_guide.sources import (
    LONGEST_NAME,
    BadDirectory,
    add_directory,
    directories,
    find_directory,
    look_again,
    remove_directory,
)
from scheduling.meeting_guide.types import PROGRAMS
from web.context import actor, db, now, viewer_zone
from web.forms import Form, LineField, refuse
from web.guards import requires
from web.staff.elsewhere_words import age, since

blueprint = Blueprint("admin_directory", __name__, url_prefix="/admin/directory")
HOME = "/admin/directory"
_REFUSED = 422
_OTHERS: Any = {code: name for code, name in PROGRAMS.items() if code != "ours"}


class DirectoryForm(Form):
    name = LineField("Whose list it is", most=LONGEST_NAME)
    address = LineField("Address of the feed", most=2000)
    program = SelectField("Program", choices=_OTHERS, default="other")  # names nobody until chosen
    website = LineField("Their website", most=500, missing=None)


@blueprint.get("")
@requires("coordinator")
def show() -> Response:
    return _page(DirectoryForm())


@blueprint.post("")
@requires("coordinator")
def add() -> Response:
    form = DirectoryForm.sent()
    if not form.validate():
        return _page(form, _REFUSED)
    said = {name: form[name].data or "" for name in ("name", "address", "program", "website")}
    try:
        with db().write() as session:
            add_directory(session, **said, by=actor().person_id, now=now())
    except BadAddress as error:
        refuse(form.address, error.message)
        return _page(form, _REFUSED)
    except BadDirectory as error:
        refuse(form.name, error.message)
        return _page(form, _REFUSED)
    flash("Added. It is read within a minute.")
    return redirect(HOME, 303)


@blueprint.post("/<list_id>/again")
@requires("coordinator")
def again(list_id: str) -> Response:
    with db().write() as session:
        look_again(session, list_id, now=now())
    flash("It is looked at now. Load this page again in a moment.")
    return redirect(HOME, 303)


@blueprint.get("/<list_id>/remove")
@requires("coordinator")
def ask_to_remove(list_id: str) -> str:
    with db().read() as session:
        source = find_directory(session, list_id)
    return render_template("admin/directory_remove.html", source=source)


@blueprint.post("/<list_id>/remove")
@requires("coordinator")
def remove(list_id: str) -> Response:
    with db().write() as session:
        remove_directory(session, list_id, by=actor().person_id, now=now())
    flash("Removed. Its meetings are no longer shown.")
    return redirect(HOME, 303)


def _page(form: DirectoryForm, status: int = 200) -> Response:
    with db().read() as session:
        sources = directories(session)
    body = render_template(
        "admin/directory.html",
        form=form,
        sources=sources,
        programs=PROGRAMS,
        age=lambda moment: age(moment, now()),
        since=lambda moment: since(moment, viewer_zone(), now=now()),
    )
    return make_response(body, status)
