"""The steps for a hard moment: own words, whom to call, what is open now. Works without a connection."""

from flask import Blueprint, Response, render_template

from web.care.keeping import worker_script
from web.care.steps_view import steps_view
from web.context import db
from web.guards import public, requires

blueprint = Blueprint("steps", __name__, url_prefix="/care/steps")


@blueprint.get("")
@requires("care")
def show() -> str:
    return _page(kept=False)


@blueprint.get("/kept")
@requires("care")
def kept() -> str:
    """The copy that stays on the phone: no form token, no passing news, times that stay true for days."""
    return _page(kept=True)


@blueprint.get("/worker.js")
@public
def worker() -> Response:
    """Open to everybody, since a browser asks for it by itself; it names nobody."""
    answer = Response(worker_script(), content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"] = "/care/steps"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _page(*, kept: bool) -> str:
    with db().read() as session:
        view = steps_view(session, kept=kept)
    return render_template("care/steps.html", kept=kept, view=view)
