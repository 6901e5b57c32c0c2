"""More contact or less: what the rules propose for a member, and what a clinician decides, with a reason."""

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField

from auth.people import Person, find_person
from auth.permissions import may
from foundation.errors import DomainError
from scheduling.aftercare.concerns import ReasonNeeded
from scheduling.aftercare.plan_records import CarePlan
from scheduling.aftercare.plans import active_plan
from scheduling.aftercare.step_records import Direction, Step
from scheduling.aftercare.steps import StepDecided, decide_step, open_step, steps_of, take_step
from web.context import actor, db, now
from web.errors import status_of
from web.forms import Form, TextField_, refuse
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.person import cared_for
from web.staff.worklist_words import LEVELS, STEPS

blueprint = Blueprint("staff_steps", __name__, url_prefix="/staff/people/<member_id>/step")
TAKE, LEAVE, UP, DOWN = "take", "leave", "up", "down"
_FOLLOWS = "Decided. The contacts ahead follow it."
_NONE = 9
_OWN = {UP: Direction.UP, DOWN: Direction.DOWN}


class StepForm(Form):
    """`step` is the proposal that was on the page, empty when there was none; `level` the plan's rhythm."""

    step, level = HiddenField(), HiddenField()
    answer = RadioField("What do you decide?", validate_choice=False)
    reason = TextField_("Why", most=2000, missing="Say why in a sentence, whichever way you decide.")

    @property
    def seen(self) -> int:
        """No level at all where the field was tampered with: then nothing is as it was seen."""
        known = {str(one): one for one in LEVELS}
        return known.get(self.level.data or "", _NONE)


@blueprint.get("")
@requires("schedules")
def show(member_id: str) -> Response:
    return _page(member_id, StepForm())


@blueprint.post("")
@requires("practitioner")
def decide(member_id: str) -> Response:
    form = StepForm.sent()
    is_whole = form.validate()
    if form.answer.data not in {TAKE, LEAVE, *_OWN}:
        refuse(form.answer, "Choose one of these.")
    if not is_whole or form.answer.errors:
        return _page(member_id, form, status=422)
    try:
        db().change(lambda session: _decide(session, cared_for(session, member_id), form))
    except ReasonNeeded as error:
        refuse(form.reason, error.message)
        return _page(member_id, form, status=422)
    except DomainError as error:
        if status_of(error)[0] in {403, 404}:
            raise
        return _page(member_id, form, status=status_of(error)[0], error=error)
    flash("Decided. The plan stays as it is." if form.answer.data == LEAVE else _FOLLOWS)
    return redirect(f"/staff/people/{member_id}/step", 303)


def _decide(session: Session, member: Person, form: StepForm) -> None:
    reason, by = form.reason.data or "", actor().person_id
    if form.answer.data in _OWN:
        take_step(session, member.id, _OWN[form.answer.data], reason=reason, seen=form.seen, by=by, now=now())
        return
    standing = open_step(session, member.id)
    if standing is None or standing.id != form.step.data:
        raise StepDecided
    decide_step(session, standing.id, accept=form.answer.data == TAKE, reason=reason, by=by, now=now())


def _page(member_id: str, form: StepForm, *, status: int = 200, error: DomainError | None = None) -> Response:
    with db().read() as session:
        member = cared_for(session, member_id)
        plan, standing = active_plan(session, member.id), open_step(session, member.id)
        past = steps_of(session, member.id)
        names = {one.decided_by: find_person(session, one.decided_by).name for one in past if one.decided_by}
    if plan is None:
        standing = None
    form.step.data, form.level.data = standing.id if standing else "", str(plan.level) if plan else ""
    form.answer.choices = _answers(plan, standing)
    note_reading("steps.read", "person", member.id)
    body = render_template(
        "staff/step.html", member=member, plan=plan, standing=standing, past=past, names=names, form=form,
        error=error, levels=LEVELS, directions=STEPS, may_decide=may(actor(), "practitioner"),
        own_only=standing is None, typed=request.method == "POST",
    )  # fmt: skip
    return make_response(body, status)


def _answers(plan: CarePlan | None, standing: Step | None) -> list[tuple[str, str]]:
    """The proposal's two first, then a clinician's own ways, none beyond the closest and the widest."""
    level = plan.level if plan else 0
    own = {name: way for name, way in _OWN.items() if -1 <= level + way <= 1}
    if standing is None:
        return [(name, STEPS[way]) for name, way in own.items()]
    other = [(name, STEPS[way]) for name, way in own.items() if way != standing.direction]
    return [(TAKE, f"{STEPS[standing.direction]}, as proposed"), (LEAVE, "Leave it as it is"), *other]
