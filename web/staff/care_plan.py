"""A running plan as those who care for the member see it: what it says, every contact, steps and its end."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, make_response, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField

from auth.people import Person, find_person
from foundation.errors import DomainError
from foundation.timewords import zone_city
from foundation.zones import find_zone
from scheduling.aftercare.plan_contacts import contacts_of
from scheduling.aftercare.plan_endings import BadEnding, end_plan
from scheduling.aftercare.plan_meetings import groups_in, meetings_of
from scheduling.aftercare.plan_records import CarePlan, PlanStatus
from scheduling.aftercare.plans import PlanNotRunning, UnknownPlan, active_plan, plans_of
from scheduling.aftercare.templates import find_template
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.forms import Form, TextField_, refuse
from web.guards import requires
from web.reading_trail import note_reading
from web.staff.care_rows import contact_rows
from web.staff.care_words import LEVELS
from web.staff.person import cared_for

blueprint = Blueprint("staff_plan", __name__, url_prefix="/staff/people/<member_id>/plan")
_ENDINGS = {
    PlanStatus.COMPLETED.value: "Completed as agreed",
    PlanStatus.REVOKED.value: "Ended early",
}


class EndForm(Form):
    """A reason is needed where it ends early."""

    status = RadioField("How it ends", choices=_ENDINGS, validate_choice=False)
    reason = TextField_("Why", most=2000, missing=None)


@dataclass(frozen=True)
class Shown:
    form: EndForm
    error: DomainError | None = None
    status: int = 200


@blueprint.get("")
@requires("book.for_member")
def show(member_id: str) -> Response:
    return _page(member_id, Shown(EndForm()))


@blueprint.post("/end")
@requires("book.for_member")
def end(member_id: str) -> Response:
    form = EndForm.sent()
    with db().read() as session:
        plan = _running(session, cared_for(session, member_id))
    if not form.validate() or form.status.data not in _ENDINGS:
        return _page(member_id, Shown(form, BadEnding(), 422))
    try:
        db().change(lambda session: _end(session, plan.id, form))
    except BadEnding:
        refuse(form.reason, "Say why in a line or two.")
        return _page(member_id, Shown(form, status=422))
    except PlanNotRunning as error:
        return _page(member_id, Shown(form, error, status_of(error)[0]))
    flash("The plan is over. What was booked for it is given back, and they have a mail about it.")
    return redirect(f"/staff/people/{member_id}", 303)


def _end(session: Session, plan_id: str, form: EndForm) -> CarePlan:
    status, by = PlanStatus(form.status.data), actor().person_id
    return end_plan(session, plan_id, status, form.reason.data or "", by=by, now=now())


def _running(session: Session, member: Person) -> CarePlan:
    """The running plan, else the last there was. Raises UnknownPlan."""
    found = active_plan(session, member.id) or next(iter(plans_of(session, member.id)), None)
    if found is None:
        raise UnknownPlan
    return found


def _page(member_id: str, shown: Shown) -> Response:
    with db().read() as session:
        member = cared_for(session, member_id)
        plan = _running(session, member)
        rows = contact_rows(contacts_of(session, plan.id), session, now=now(), **_zones(plan))
        template = find_template(session, plan.template_id)
        held = find_person(session, plan.practitioner_id)
        meetings = [one.title for one in meetings_of(session, plan)]
        groups = [one.title or "A weekly group" for one in groups_in(session, plan)]
    note_reading("plan.read", "plan", plan.id)
    body = render_template(
        "staff/care_plan.html",
        member=member,
        first=member.name.split()[0],
        plan=plan,
        held=held,
        template=template,
        rows=rows,
        meetings=[*meetings, *groups],
        city=zone_city(find_zone(plan.timezone)),
        level=LEVELS[plan.level],
        is_running=plan.status == PlanStatus.ACTIVE,
        form=shown.form,
        error=shown.error,
    )
    return make_response(body, shown.status)


def _zones(plan: CarePlan) -> dict[str, ZoneInfo]:
    return {"zone": viewer_zone(), "own_zone": find_zone(plan.timezone)}
