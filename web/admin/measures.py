"""Which measures there are, where they come from, and which files of the clinic's own cannot be used."""

from flask import Blueprint, render_template

from scheduling.aftercare.measures.catalogue import broken_measures, measures
from web.guards import requires

blueprint = Blueprint("admin_measures", __name__, url_prefix="/admin/measures")


@blueprint.get("")
@requires("coordinator")
def list_all() -> str:
    known = sorted(measures().values(), key=lambda one: (not one.is_asked, one.name))
    return render_template("admin/measures.html", measures=known, broken=broken_measures())
