"""Writing the steps down in a quiet hour. What speaks of danger on the way reaches a person."""

from typing import Self

from flask import Blueprint, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import ValidationError

from scheduling.aftercare.urge_plan_records import UrgePlan
from scheduling.aftercare.urge_plans import (
    FIRST_STEPS,
    MOST_STEPS,
    STEP_LETTERS,
    TEXT_LETTERS,
    StaleUrgePlan,
    UrgePlanText,
    find_urge_plan,
    text_of,
    write_urge_plan,
)
from scheduling.listening import STEPS, hear_from
from web.context import actor, db, now
from web.forms import Form, TextField_, refuse
from web.guards import requires

blueprint = Blueprint("steps_form", __name__, url_prefix="/care/steps/edit")
_REFUSED = 422
_MOST_DIGITS = 8


class StepsForm(Form):
    steps = TextField_(
        "What to do, one step on each line", most=MOST_STEPS * (STEP_LETTERS + 1), missing=None
    )
    signs = TextField_("How it begins", most=TEXT_LETTERS, missing=None)
    reasons = TextField_("What it is for", most=TEXT_LETTERS, missing=None)
    places = TextField_("Where I can go", most=TEXT_LETTERS, missing=None)
    seen = HiddenField()

    @classmethod
    def of(cls, kept: UrgePlan | None) -> Self:
        """As it stands now; before anything was written, with steps to begin with."""
        text = text_of(kept) if kept else UrgePlanText(steps=FIRST_STEPS)
        told = {"signs": text.signs, "reasons": text.reasons, "places": text.places}
        told["steps"], told["seen"] = "\n".join(text.steps), str(kept.revision if kept else 0)
        return cls(data=told)

    def validate_steps(self, field: TextField_) -> None:
        steps = self.lines()
        if len(steps) > MOST_STEPS:
            raise ValidationError(f"That is {len(steps)} steps: keep the {MOST_STEPS} that help most.")
        if any(len(step) > STEP_LETTERS for step in steps):
            raise ValidationError("One of these is long for a hard moment. Make two short lines of it.")

    def lines(self) -> list[str]:
        return [line.strip() for line in (self.steps.data or "").splitlines() if line.strip()]

    def text(self) -> UrgePlanText:
        told = (self.signs.data or "", self.reasons.data or "", tuple(self.lines()), self.places.data or "")
        return UrgePlanText(*told)

    def revision(self) -> int:
        """Of the text that the writer looked at; one that no page of ours sent counts as the first."""
        sent = str(self.seen.data or "")
        return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= _MOST_DIGITS else 0


@blueprint.get("")
@requires("care")
def show() -> Response:
    with db().read() as session:
        form = StepsForm.of(find_urge_plan(session, actor().person_id))
    return _page(form)


@blueprint.post("")
@requires("care")
def write() -> Response:
    form = StepsForm.sent()
    is_whole = form.validate()
    try:
        with db().write() as session:
            _hear(session, form)
            if is_whole:
                _keep(session, form)
    except StaleUrgePlan as error:
        return _changed_meanwhile(form, error)
    if not is_whole:
        return _page(form, _REFUSED)
    flash("Kept. This is what you will see.")
    return redirect("/care/steps", 303)


def _keep(session: Session, form: StepsForm) -> None:
    mine = actor().person_id
    write_urge_plan(session, mine, form.text(), by=mine, now=now(), seen=form.revision())


def _hear(session: Session, form: StepsForm) -> None:
    """Also what is refused below: nobody is lost by a line that is too long."""
    for field in (form.steps, form.signs, form.reasons, form.places):
        if field.data:
            hear_from(session, actor().person_id, field.data, now=now(), source=STEPS)


def _changed_meanwhile(form: StepsForm, error: StaleUrgePlan) -> Response:
    """What was typed stays; sent once more it is kept, now that the writer has been told."""
    with db().write() as session:
        _hear(session, form)
        kept = find_urge_plan(session, actor().person_id)
    form.seen.data = str(kept.revision if kept else 0)
    refuse(form.steps, error.message)
    return _page(form, _REFUSED, kept=text_of(kept) if kept else None)


def _page(form: StepsForm, status: int = 200, kept: UrgePlanText | None = None) -> Response:
    return make_response(render_template("care/steps_edit.html", form=form, kept=kept), status)
