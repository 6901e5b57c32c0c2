"""Whether a confirmation of attendance is ours: by the name and the code on it, for whoever was given it."""

from datetime import date, timedelta

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from auth.keyed import keyed_digest
from auth.people import LONGEST_NAME
from auth.throttle import Limit, insist
from scheduling.attendance_proofs import Paper, check
from web.client import network
from web.context import db, now, settings
from web.forms import Form, LineField
from web.guards import public

blueprint = Blueprint("paper_check", __name__)
FROM_NETWORK = Limit("paper.network", 30, timedelta(minutes=15))
_CODE_LETTERS = 40
_REFUSED = 422


class CheckForm(Form):
    name = LineField("Name on the sheet", most=LONGEST_NAME)
    code = LineField("Code", most=_CODE_LETTERS)


@blueprint.get("/check")
@public
def show() -> Response:
    return _page(CheckForm())


@blueprint.post("/check")
@public
def answer() -> Response:
    form = CheckForm.sent()
    if not form.validate():
        return _page(form, status=_REFUSED)
    with db().write() as session:
        insist(session, FROM_NETWORK, keyed_digest(settings().secret_key, "network", network()), now=now())
    with db().write() as session:
        paper = check(session, form.name.data or "", form.code.data or "", now=now())
    return _page(form, paper, looked=True)


def _page(form: CheckForm, paper: Paper | None = None, looked: bool = False, status: int = 200) -> Response:
    days = [date.fromisoformat(one) for one in (paper.first_day, paper.last_day)] if paper else []
    body = render_template("public/check.html", form=form, paper=paper, looked=looked, days=days)
    return make_response(body, status)
