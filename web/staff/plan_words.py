"""Changing the words of a running plan, by those who look after the member."""

from flask import Blueprint, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField

from auth.people import Person
from foundation.errors import DomainError
from scheduling.aftercare.plan_records import CarePlan
from scheduling.aftercare.plan_wording import StaleWording, Wording, reword_plan, wording_of
from scheduling.aftercare.plans import PlanNotRunning, UnknownPlan, active_plan
from web.context import actor, db, now
from web.errors import status_of
from web.forms import Form, TextField_
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.admit_form import LONGEST
from web.staff.person import cared_for

blueprint = Blueprint("staff_plan_words", __name__, url_prefix="/staff/people/<member_id>/plan/words")
_REFUSED = 422


class WordsForm(Form):
    """`seen` is the revision of the plan that the page showed."""

    seen = IntegerField(default=0)
    assessment = TextField_("Assessment in short", most=LONGEST, missing=None)
    goals = TextField_("Goals, in their words", most=LONGEST, missing=None)
    triggers = TextField_("What brings it on", most=LONGEST, missing=None)

    def told(self) -> Wording:
        return Wording(self.assessment.data or "", self.goals.data or "", self.triggers.data or "")


@blueprint.get("")
@requires("book.for_member")
def show(member_id: str) -> Response:
    with db().read() as session:
        _member, plan = _find(session, member_id)
        form = WordsForm(data={"seen": plan.revision, **vars(wording_of(plan))})
    return _page(member_id, form)


@blueprint.post("")
@requires("book.for_member")
def keep(member_id: str) -> Response:
    form = WordsForm.sent()
    if not form.validate():
        return _page(member_id, form, status=_REFUSED)
    try:
        db().change(lambda session: _keep(session, member_id, form))
    except (StaleWording, PlanNotRunning) as error:
        return _page(member_id, form, error, status_of(error)[0])
    flash("Kept. Whoever looks after them reads it from now on.")
    return redirect(f"/staff/people/{member_id}/plan", 303)


def _keep(session: Session, member_id: str, form: WordsForm) -> CarePlan:
    _member, plan = _find(session, member_id)
    seen, by = form.seen.data or 0, actor().person_id
    return reword_plan(session, plan.id, form.told(), seen=seen, by=by, now=now())


def _find(session: Session, member_id: str) -> tuple[Person, CarePlan]:
    """The member and their running plan. Raises UnknownPlan without one."""
    member = cared_for(session, member_id)
    plan = active_plan(session, member.id)
    if plan is None:
        raise UnknownPlan
    return member, plan


def _page(member_id: str, form: WordsForm, error: DomainError | None = None, status: int = 200) -> Response:
    with db().read() as session:
        member, plan = _find(session, member_id)
    if error is not None:
        form.seen.data = plan.revision
    note_reading("plan.read", "plan", plan.id)
    shown = {"member": member, "first": member.name.split()[0], "plan": plan, "error": error}
    return make_response(render_template("staff/plan_words.html", form=form, **shown), status)
