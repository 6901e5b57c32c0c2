"""The contact schedules that plans begin from: coordinators change them, running plans keep their version."""

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from scheduling.aftercare.contact_schedule import ContactLine
from scheduling.aftercare.measures.catalogue import measures
from scheduling.aftercare.plan_counts import plans_on
from scheduling.aftercare.plan_records import PlanTemplate
from scheduling.aftercare.templates import (
    BadTemplate,
    StaleTemplate,
    add_template,
    change_template,
    find_template,
    lay_default,
    lines_of,
    newest_templates,
    retire_template,
)
from web.admin.plan_draft import LineDraft, PlanDraft, draft_of, read_draft
from web.context import actor, db, now
from web.errors import status_of
from web.guards import requires
from web.staff.care_words import KINDS, schedule_words

blueprint = Blueprint("admin_plans", __name__, url_prefix="/admin/plans")


@blueprint.get("")
@requires("coordinator")
def list_all() -> str:
    with db().read() as session:
        found, running = newest_templates(session), plans_on(session)
    if not found:
        with db().write() as session:
            lay_default(session, now=now())
            found = newest_templates(session)
    shown = [(one, len(lines_of(one)), running.get(one.slug, 0)) for one in found]
    return render_template("admin/plans.html", shown=shown)


@blueprint.get("/new")
@requires("coordinator")
def ask() -> Response:
    return _page(None, PlanDraft("", (LineDraft("call"), LineDraft("follow_up"), LineDraft())))


@blueprint.post("/new")
@requires("coordinator")
def add() -> Response:
    return _sent(None)


@blueprint.get("/<template_id>")
@requires("coordinator")
def show(template_id: str) -> Response:
    template = _looked_at(template_id)
    return _page(template, draft_of(template.title, lines_of(template)))


@blueprint.post("/<template_id>")
@requires("coordinator")
def change(template_id: str) -> Response:
    return _sent(_looked_at(template_id))


@blueprint.post("/<template_id>/retire")
@requires("coordinator")
def retire(template_id: str) -> Response:
    with db().write() as session:
        kept = retire_template(session, template_id, by=actor().person_id, now=now())
    flash(f"“{kept.title}” is offered to no new plan. Plans that run with it go on.")
    return redirect("/admin/plans", 303)


def _sent(template: PlanTemplate | None) -> Response:
    draft = read_draft(request.form)
    if act := request.form.get("act"):
        return _page(template, draft.after(act))
    try:
        lines = draft.read()
        kept = db().change(lambda session: _command(session, template, draft.title, lines))
    except (BadTemplate, StaleTemplate) as error:
        return _page(template, draft, error)
    flash(f"“{kept.title}” is kept as version {kept.version}. Running plans keep theirs.")
    return redirect("/admin/plans", 303)


def _command(
    session: Session, template: PlanTemplate | None, title: str, lines: tuple[ContactLine, ...]
) -> PlanTemplate:
    by = actor().person_id
    if template is None:
        return add_template(session, title, lines, by=by, now=now())
    return change_template(session, template.id, title, lines, by=by, now=now())


def _looked_at(template_id: str) -> PlanTemplate:
    with db().read() as session:
        return find_template(session, template_id)


def _page(template: PlanTemplate | None, draft: PlanDraft, error: DomainError | None = None) -> Response:
    wrong = error.line if isinstance(error, BadTemplate) else None
    codes = {code: one.name for code, one in measures().items()}
    body = render_template(
        "admin/plan.html",
        template=template,
        draft=draft,
        lines=draft.lines or (LineDraft(),),
        kinds=KINDS,
        codes=codes,
        words=_in_words(draft),
        error=error,
        wrong=wrong,
    )
    return make_response(body, status_of(error)[0] if error else 200)


def _in_words(draft: PlanDraft) -> list[str]:
    """The schedule in sentences, as far as it can be read."""
    try:
        return schedule_words(draft.read(), {code: one.name for code, one in measures().items()})
    except BadTemplate:
        return []
