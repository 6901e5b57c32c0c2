"""How the team may get in touch with a member: theirs to choose, and to take back."""

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import BooleanField

from auth.contact_consents import ContactWay, agree_to_contact, ways_agreed
from auth.people import find_person
from web.context import actor, db, now
from web.forms import Form
from web.guards import requires

blueprint = Blueprint("care_contact", __name__, url_prefix="/care/contact")


class ContactWaysForm(Form):
    call = BooleanField("Ring me")
    text = BooleanField("Send me a text")
    mail = BooleanField("Write me a mail")
    supporter = BooleanField("Ring the people beside me, if I cannot be reached")

    def ways(self) -> list[ContactWay]:
        return [way for way in ContactWay if self[way.name.lower()].data]


@blueprint.get("")
@requires("care")
def show() -> str:
    with db().read() as session:
        agreed = ways_agreed(session, actor().person_id)
        person = find_person(session, actor().person_id)
    form = ContactWaysForm(data={way.name.lower(): way in agreed for way in ContactWay})
    return render_template("care/contact.html", form=form, person=person, agreed=agreed)


@blueprint.post("")
@requires("care")
def agree() -> Response:
    form, mine = ContactWaysForm.sent(), actor().person_id
    with db().write() as session:
        agree_to_contact(session, mine, form.ways(), by=mine, now=now())
    flash("Kept. It holds from now on.")
    return redirect("/care/contact", 303)
