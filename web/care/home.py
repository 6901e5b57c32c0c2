"""/care: what a member has before them, in one place."""

from flask import Blueprint, render_template

from web.care.home_view import home_view
from web.context import db
from web.guards import requires

blueprint = Blueprint("care", __name__)


@blueprint.get("/care")
@requires("care")
def home() -> str:
    with db().read() as session:
        view = home_view(session)
    return render_template("care/home.html", view=view)
