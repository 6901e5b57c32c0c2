"""A person's own settings, and where they are signed in."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import AnyOf

from auth.people import THEMES, Person, find_person
from auth.permissions import NotYours
from auth.preferences import Preferences, change_preferences
from auth.sessions import AuthSession, close_all, close_one, open_sessions
from foundation.audit import record
from scheduling.reminders import put_reminders_right
from web import browser
from web.context import actor, db, now
from web.forms import Form, PhoneField, ZoneField
from web.guards import requires

blueprint = Blueprint("account", __name__)
_THEMES: Any = dict(zip(THEMES, ("Like the device", "Light", "Dark"), strict=True))
_REFUSED = 422


class AccountForm(Form):
    timezone = ZoneField("Time zone")
    phone = PhoneField("Phone number")
    theme = RadioField(
        "Appearance",
        choices=_THEMES,
        validators=[AnyOf(THEMES, message="Choose one of the three.")],
        validate_choice=False,
    )


@blueprint.get("/account")
@requires("member")
def show() -> str:
    person, sessions = _look()
    return _page(AccountForm(obj=person), person, sessions)


@blueprint.post("/account")
@requires("member")
def save() -> Response | tuple[str, int]:
    form = AccountForm.sent()
    if not form.validate():
        return _page(form, *_look()), _REFUSED
    wanted = Preferences(form.timezone.data, form.theme.data, form.phone.data or "")
    with db().write() as session:
        change_preferences(session, actor().person_id, wanted, now=now())
        put_reminders_right(session, actor().person_id, now=now())
    flash("Kept. Every page follows it from here on.")
    return redirect("/account", 303)


@blueprint.post("/account/sessions/<session_id>/end")
@requires("member")
def end_session(session_id: str) -> Response:
    """Sign out one of one's own devices; somebody else's looks like none."""
    with db().write() as session:
        if not close_one(session, session_id, actor().person_id, now=now()):
            raise NotYours
        _note(session, "session.closed")
    flash("That device is signed out.")
    return redirect("/account#devices", 303)


@blueprint.post("/account/sessions/end")
@requires("member")
def end_all_sessions() -> Response:
    with db().write() as session:
        _note(session, "session.all_closed")
        close_all(session, actor().person_id, now=now())
        browser.let_out(session)
    return redirect("/sign-in", 303)


def _note(session: Session, action: str) -> None:
    mine = actor().person_id
    record(session, actor=mine, action=action, kind="person", object_id=mine, now=now())


def _look() -> tuple[Person, list[AuthSession]]:
    mine = actor().person_id
    with db().read() as session:
        return find_person(session, mine), open_sessions(session, mine, now=now())


def _page(form: AccountForm, person: Person, sessions: list[AuthSession]) -> str:
    return render_template("account/show.html", form=form, person=person, sessions=sessions)
