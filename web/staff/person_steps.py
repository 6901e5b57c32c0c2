"""A member's steps for those who look after them: read together in a session, and changed there."""

from flask import Blueprint, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auth.contact_consents import ContactWay, ways_agreed
from scheduling.aftercare.supporters import supporters_of
from scheduling.aftercare.urge_plans import StaleUrgePlan, find_urge_plan, write_urge_plan
from web.care.steps_form import StepsForm
from web.care.way_words import way_words
from web.context import actor, db, now
from web.forms import refuse
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.person import cared_for

blueprint = Blueprint("person_steps", __name__, url_prefix="/staff/people/<member_id>/steps")
_REFUSED = 422


@blueprint.get("")
@requires("book.for_member")
def show(member_id: str) -> Response:
    with db().read() as session:
        cared_for(session, member_id)
        form = StepsForm.of(find_urge_plan(session, member_id))
    return _page(member_id, form)


@blueprint.post("")
@requires("book.for_member")
def write(member_id: str) -> Response:
    form = StepsForm.sent()
    try:
        with db().write() as session:
            cared_for(session, member_id)
            if not form.validate():
                return _page(member_id, form, _REFUSED)
            _keep(session, member_id, form)
    except StaleUrgePlan as error:
        refuse(form.steps, error.message)
        return _page(member_id, form, _REFUSED)
    flash("Kept. It is on their phone the next time that it has a connection.")
    return redirect(f"/staff/people/{member_id}/steps", 303)


def _keep(session: Session, member_id: str, form: StepsForm) -> None:
    write_urge_plan(session, member_id, form.text(), by=actor().person_id, now=now(), seen=form.revision())


def _page(member_id: str, form: StepsForm, status: int = 200) -> Response:
    """The people beside them with their numbers only where the member agreed that we ring them."""
    with db().read() as session:
        member = cared_for(session, member_id)
        agreed = ways_agreed(session, member.id)
        beside = supporters_of(session, member.id)
    note_reading("urge_plan.read", "person", member.id)
    shown = {"member": member, "ways": way_words(agreed), "may_ring": ContactWay.SUPPORTER in agreed}
    body = render_template("staff/person_steps.html", form=form, beside=beside, **shown)
    return make_response(body, status)
