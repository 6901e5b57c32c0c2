"""The forms that come before a first session: add questions, order them, keep a new version."""

from flask import Blueprint, flash, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from foundation.errors import DomainError
from scheduling.questionnaire_records import Questionnaire
from scheduling.questionnaires import (
    BadForm,
    Item,
    Kind,
    StaleForm,
    add_form,
    change_form,
    find_form,
    items_of,
    newest_forms,
)
from web.admin.form_draft import FormDraft, read_draft
from web.context import actor, db, now
from web.errors import status_of
from web.guards import requires

blueprint = Blueprint("admin_forms", __name__, url_prefix="/admin/forms")
KINDS = {
    Kind.TEXT.value: "In their own words",
    Kind.CHOICE.value: "One answer of several",
    Kind.YES_NO.value: "Yes or no",
}


@blueprint.get("")
@requires("coordinator")
def list_all() -> str:
    with db().read() as session:
        forms = newest_forms(session)
    return render_template("admin/forms.html", forms=forms)


@blueprint.get("/new")
@requires("coordinator")
def ask() -> Response:
    return _page(None, FormDraft("", (Item(""),)))


@blueprint.post("/new")
@requires("coordinator")
def add() -> Response:
    return _sent(None)


@blueprint.get("/<form_id>")
@requires("coordinator")
def show(form_id: str) -> Response:
    form = _looked_at(form_id)
    return _page(form, FormDraft(form.title, tuple(items_of(form))))


@blueprint.post("/<form_id>")
@requires("coordinator")
def change(form_id: str) -> Response:
    return _sent(_looked_at(form_id))


def _sent(form: Questionnaire | None) -> Response:
    draft = read_draft(request.form)
    if act := request.form.get("act"):
        return _page(form, draft.after(act))
    try:
        kept = db().change(lambda session: _command(session, form, draft))
    except (BadForm, StaleForm) as error:
        return _page(form, draft, error)
    flash(f"“{kept.title}” is kept. Answers that were sent stay with the questions they answered.")
    return redirect("/admin/forms", 303)


def _command(session: Session, form: Questionnaire | None, draft: FormDraft) -> Questionnaire:
    by = actor().person_id
    if form is None:
        return add_form(session, draft.title, draft.written, by=by, now=now())
    return change_form(session, form.id, draft.title, draft.written, by=by, now=now())


def _looked_at(form_id: str) -> Questionnaire:
    with db().read() as session:
        return find_form(session, form_id)


def _page(form: Questionnaire | None, draft: FormDraft, error: DomainError | None = None) -> Response:
    items = draft.items or (Item(""),)
    wrong = error.question if isinstance(error, BadForm) else None
    body = render_template(
        "admin/form.html", form=form, draft=draft, items=items, kinds=KINDS, error=error, wrong=wrong
    )
    return make_response(body, status_of(error)[0] if error else 200)
