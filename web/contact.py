"""Whom we may call when somebody is in danger: left, changed and taken back by the person alone."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.consents import consent_of
from realtime.room import first_names
from safety.crisis_contact import (
    KIND,
    CrisisContact,
    NothingToCall,
    contact_of,
    leave_contact,
    take_contact_back,
)
from safety.reveals import reveals_of_person
from web.context import actor, db, now
from web.forms import Form, LineField, PhoneField, refuse
from web.guards import requires

blueprint = Blueprint("contact", __name__, url_prefix="/account/contact")
_REFUSED = 422


class ContactForm(Form):
    phone = PhoneField("Your own number")
    name = LineField("Somebody close to you", most=80, missing=None)
    name_phone = PhoneField("Their number")

    def contact(self) -> CrisisContact:
        return CrisisContact(self.phone.data or "", self.name.data or "", self.name_phone.data or "")


@blueprint.get("")
@requires("member")
def show() -> Response:
    with db().read() as session:
        left = contact_of(session, actor().person_id)
    return _page(ContactForm(obj=left))


@blueprint.post("")
@requires("member")
def leave() -> Response:
    form = ContactForm.sent()
    if not _is_whole(form):
        return _page(form, _REFUSED)
    try:
        with db().write() as session:
            leave_contact(session, actor().person_id, form.contact(), now=now())
    except NothingToCall as error:
        refuse(form.phone, error.message)
        return _page(form, _REFUSED)
    flash("Kept. You can take it back at any time.")
    return redirect("/account/contact", 303)


@blueprint.post("/withdraw")
@requires("member")
def withdraw() -> Response:
    with db().write() as session:
        take_contact_back(session, actor().person_id, now=now())
    flash("Taken back. The numbers are gone from here.")
    return redirect("/account/contact", 303)


def _is_whole(form: ContactForm) -> bool:
    """Somebody close has a name and a number, or neither."""
    if not form.validate():
        return False
    if form.name_phone.data and not form.name.data:
        refuse(form.name, "Write whose number it is.")
    if form.name.data and not form.name_phone.data:
        refuse(form.name_phone, "Write their number, or leave both empty.")
    return not (form.name.errors or form.name_phone.errors)


def _page(form: ContactForm, status: int = 200) -> Response:
    with db().read() as session:
        shown = _looked_up(session)
    return make_response(render_template("account/contact.html", form=form, **shown), status)


def _looked_up(session: Session) -> dict[str, Any]:
    mine = actor().person_id
    consent = consent_of(session, mine, KIND)
    opened = reveals_of_person(session, mine)
    names = first_names(session, {who for one in opened for who in (one.asked_by, one.answered_by)})
    told = [
        {"at": one.answered_at, "who": [names.get(one.asked_by), names.get(one.answered_by or "")]}
        for one in opened
    ]
    return {"since": consent.given_at if consent else None, "opened": told}
