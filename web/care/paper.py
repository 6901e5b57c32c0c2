"""A confirmation of attendance: made, fetched and taken back by the member alone."""

from datetime import timedelta

from flask import Blueprint, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response
from wtforms import BooleanField

from auth.people import LONGEST_NAME
from foundation.timewords import local_date
from scheduling.attendance_proofs import (
    BadSpan,
    EnoughPapers,
    NothingToSay,
    Wish,
    find_paper,
    issue,
    paper_from,
    papers_of,
    take_back,
)
from web.care.paper_print import can_print, print_paper
from web.context import actor, db, now, settings, viewer_zone
from web.forms import DayField, Form, LineField, refuse
from web.guards import requires

blueprint = Blueprint("care_paper", __name__, url_prefix="/care/meetings/paper")
_LATELY = timedelta(days=90)
_REFUSED = 422
_OTHER_LETTERS = (
    "The sheet has Latin, Greek, Cyrillic, Armenian and Georgian letters. "
    "Write the name as in a passport’s last lines."
)


class PaperForm(Form):
    name = LineField("Name on the sheet", most=LONGEST_NAME)
    first_day = DayField("From")
    last_day = DayField("Until")
    titles = BooleanField("Say which meetings they were")

    def wish(self) -> Wish | None:
        if self.first_day.data is None or self.last_day.data is None:
            return None
        return Wish(self.name.data or "", self.first_day.data, self.last_day.data, bool(self.titles.data))


@blueprint.get("")
@requires("book")
def show() -> Response:
    today = local_date(now(), viewer_zone())
    started = {"name": actor().name, "first_day": today - _LATELY, "last_day": today}
    return _page(PaperForm(data=started))


@blueprint.post("")
@requires("book")
def make() -> Response:
    form = PaperForm.sent()
    if not _is_whole(form) or not _issue(form):
        return _page(form, _REFUSED)
    flash("Your sheet is ready. Look at it before you give it away.")
    return redirect("/care/meetings/paper#sheets", 303)


@blueprint.get("/<proof_id>/confirmation.pdf")
@requires("book")
def fetch(proof_id: str) -> Response:
    with db().read() as session:
        paper = paper_from(find_paper(session, proof_id, actor().person_id))
    answer = make_response(print_paper(paper, f"{settings().base_url}/check"))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="confirmation-{paper.last_day}.pdf"'
    return answer


@blueprint.post("/<proof_id>/take-back")
@requires("book")
def withdraw(proof_id: str) -> Response:
    with db().write() as session:
        take_back(session, proof_id, actor().person_id, now=now())
    flash("Taken back. Whoever checks it from now on finds nothing.")
    return redirect("/care/meetings/paper#sheets", 303)


def _is_whole(form: PaperForm) -> bool:
    if form.validate() and not can_print(form.name.data or ""):
        refuse(form.name, _OTHER_LETTERS)
    return not form.errors


def _issue(form: PaperForm) -> bool:
    wish = form.wish()
    if wish is None:
        return False
    org, zone = settings().org_name, viewer_zone()
    try:
        with db().write() as session:
            issue(session, actor().person_id, wish, org=org, zone=zone, now=now())
    except (BadSpan, NothingToSay, EnoughPapers) as error:
        refuse(form.last_day, error.message)
    return not form.errors


def _page(form: PaperForm, status: int = 200) -> Response:
    with db().read() as session:
        sheets = papers_of(session, actor().person_id)
    body = render_template("care/paper.html", form=form, sheets=sheets)
    return make_response(body, status)
