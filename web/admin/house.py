"""What coordinators switch on for the whole house: whether reminders tell what an empty hour costs."""

from flask import Blueprint, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response

from scheduling.missed_cost import LONGEST, BadCost, cost_of_missing, tell_cost
from web.context import actor, db, now, settings
from web.forms import Form, LineField, refuse
from web.guards import requires

blueprint = Blueprint("admin_house", __name__, url_prefix="/admin/settings")
_REFUSED = 422


class CostForm(Form):
    cost = LineField("What an empty hour costs", most=LONGEST, missing=None)


@blueprint.get("")
@requires("coordinator")
def show() -> Response:
    with db().read() as session:
        return _page(CostForm(data={"cost": cost_of_missing(session)}))


@blueprint.post("")
@requires("coordinator")
def save() -> Response:
    form = CostForm.sent()
    if not form.validate():
        return _page(form, _REFUSED)
    try:
        with db().write() as session:
            tell_cost(session, form.cost.data or "", by=actor().person_id, now=now())
    except BadCost as error:
        refuse(form.cost, error.message)
        return _page(form, _REFUSED)
    flash("Kept. Reminders say it from now on." if form.cost.data else "Kept. Reminders say nothing of cost.")
    return redirect("/admin/settings", 303)


def _page(form: CostForm, status: int = 200) -> Response:
    ways = {
        "mail": settings().smtp_url is not None,
        "texts": settings().texts is not None,
        "pushes": settings().push is not None,
    }
    return make_response(render_template("admin/house.html", form=form, ways=ways), status)
