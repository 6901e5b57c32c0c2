"""Admitting a member at discharge, in one sitting on one page: kept as it is written, then confirmed."""

from dataclasses import dataclass, replace

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from foundation.zones import find_zone
from scheduling.aftercare.admitting import (
    Admission,
    BadStart,
    StalePlan,
    admission_of,
    discard_draft,
    keep_draft,
    with_nearest,
)
from scheduling.aftercare.arrangement import read_arrangement
from scheduling.aftercare.plan_confirming import PlanConflict, PlanRunning, confirm_plan
from scheduling.aftercare.plan_records import CarePlan
from scheduling.aftercare.plans import active_plan, draft_of
from scheduling.aftercare.supporters import EnoughSupporters, supporters_of
from scheduling.aftercare.templates import (
    lay_default,
    offered_templates,
)
from scheduling.hours import load_hours
from scheduling.series_refusals import SeriesConflict
from web.context import actor, db, now, viewer_zone
from web.errors import status_of
from web.forms import refuse
from web.guards import requires
from web.reading_trail import note_reading
from web.slot_loss import REFUSALS
from web.staff.admit_form import AdmissionForm
from web.staff.admit_reading import blank_form, sent_form, settled_anew, told_so_far
from web.staff.admit_view import (
    Dates,
    before_leaving,
    dates_of,
)
from web.staff.person import cared_for
from web.zone_words import where_they_are

blueprint = Blueprint("staff_admit", __name__, url_prefix="/staff/people/<member_id>/admit")
_IN_THE_WAY = (PlanConflict, PlanRunning, StalePlan, EnoughSupporters, SeriesConflict, *REFUSALS)


@dataclass(frozen=True)
class Sitting:
    """One look at the page: the form as it stands, and what became of the last button."""

    form: AdmissionForm
    told: Admission | None = None
    error: DomainError | None = None
    status: int = 200


@blueprint.get("")
@requires("book.for_member")
def show(member_id: str) -> Response:
    _see_to_a_schedule()
    with db().read() as session:
        member = cared_for(session, member_id)
        told = told_so_far(session, member)
        form = blank_form(session, told)
        form.fill(told)
        form.revision.data = _revision(session, member.id)
    return _page(member_id, Sitting(form, told))


@blueprint.post("")
@requires("book.for_member")
def keep(member_id: str) -> Response:
    """Every button keeps what was written first; `do` says what comes next."""
    act = request.form.get("do", "save")
    if act == "discard":
        return _discard(member_id)
    sitting = _keep(member_id)
    if act == "by itself":
        return _told_to_the_script(sitting)
    if sitting.error or sitting.form.errors:
        return _page(member_id, sitting)
    if act == "confirm":
        return _confirm(member_id, sitting)
    if act == "nearest":
        return _settled(member_id)
    flash("Kept. Nothing is booked yet.")
    return redirect(f"/staff/people/{member_id}/admit{'#dates' if act == 'dates' else ''}", 303)


def _see_to_a_schedule() -> None:
    """A house that nobody has set up yet begins with the schedule that comes with it."""
    with db().read() as session:
        is_laid = bool(offered_templates(session))
    if not is_laid:
        with db().write() as session:
            lay_default(session, now=now())


def _keep(member_id: str) -> Sitting:
    with db().read() as session:
        member = cared_for(session, member_id)
        draft = draft_of(session, member.id)
        form = sent_form(session, told_so_far(session, member))
        before = read_arrangement(draft.arrangement).choices if draft else {}
    if not form.validate():
        return Sitting(form, status=422)
    told = settled_anew(form.told(before), admission_of(draft) if draft else None)
    try:
        kept = db().change(lambda session: _write(session, member_id, told, form.seen))
    except BadStart as error:
        refuse(form.starts_on, error.message)
        return Sitting(form, status=422)
    except StalePlan as error:
        form.revision.data = ""
        return Sitting(form, told, error, status_of(error)[0])
    form.revision.data = str(kept.revision)
    return Sitting(form, told)


def _write(session: Session, member_id: str, told: Admission, seen: int | None) -> CarePlan:
    return keep_draft(session, member_id, told, seen=seen, by=actor().person_id, now=now())


def _settled(member_id: str) -> Response:
    """The nearest free time in place of each that is in the way, to look at before anything is booked."""

    def settle(session: Session) -> None:
        draft = draft_of(session, member_id)
        if draft is not None:
            told = with_nearest(session, member_id, admission_of(draft), now=now())
            _write(session, member_id, told, None)

    db().change(settle)
    flash("The nearest free times are chosen. Nothing is booked yet.")
    return redirect(f"/staff/people/{member_id}/admit#dates", 303)


def _confirm(member_id: str, sitting: Sitting) -> Response:
    try:
        db().change(lambda session: confirm_plan(session, member_id, by=actor().person_id, now=now()))
    except _IN_THE_WAY as error:
        return _page(member_id, replace(sitting, error=error, status=status_of(error)[0]))
    flash("The plan runs. Their times are booked, and they have a mail about them.")
    return redirect(f"/staff/people/{member_id}/plan", 303)


def _discard(member_id: str) -> Response:
    with db().read() as session:
        cared_for(session, member_id)
    with db().write() as session:
        discard_draft(session, member_id, by=actor().person_id, now=now())
    flash("What was begun is gone. Nothing was booked.")
    return redirect(f"/staff/people/{member_id}", 303)


def _told_to_the_script(sitting: Sitting) -> Response:
    is_kept = not (sitting.error or sitting.form.errors)
    said = {"kept": is_kept, "revision": sitting.form.revision.data, "errors": list(sitting.form.errors)}
    return make_response(jsonify(said), sitting.status)


def _page(member_id: str, sitting: Sitting) -> Response:
    with db().read() as session:
        member = cared_for(session, member_id)
        draft, told = draft_of(session, member.id), sitting.told or told_so_far(session, member)
        is_told = draft is not None and not sitting.form.errors
        dates, shown = dates_of(session, member, told) if is_told else (Dates(), None)
        beside = supporters_of(session, member.id)
        ready = before_leaving(told, beside, shown)
        zone = load_hours(session, told.practitioner_id).zone
        running = active_plan(session, member.id)
    note_reading("plan.read", "person", member.id, draft=draft is not None)
    body = render_template(
        "staff/admit.html",
        member=member,
        first=member.name.split()[0],
        form=sitting.form,
        draft=draft,
        dates=dates,
        beside=beside,
        ready=ready,
        running=running,
        error=sitting.error,
        clock_zone=zone,
        theirs=where_they_are(member.name.split()[0], viewer_zone(), find_zone(member.timezone), now()),
    )
    return make_response(body, sitting.status)


def _revision(session: Session, member_id: str) -> str:
    draft = draft_of(session, member_id)
    return str(draft.revision) if draft else ""
