"""Which measures there are, where they come from, and which files of the clinic's own cannot be used."""

from flask import Blueprint, Response, render_template

from scheduling.aftercare.measures.catalogue import (
    UnknownMeasure,
    broken_measures,
    measures,
    shipped_codes,
    shipped_file,
)
from web.guards import requires

blueprint = Blueprint("admin_measures", __name__, url_prefix="/admin/measures")


@blueprint.get("")
@requires("coordinator")
def list_all() -> str:
    known = sorted(measures().values(), key=lambda one: (not one.is_asked, one.name))
    return render_template(
        "admin/measures.html", measures=known, ours=shipped_codes(), broken=broken_measures()
    )


@blueprint.get("/<code>/file.txt")
@requires("coordinator")
def give_file(code: str) -> Response:
    """Ours, to begin one's own from."""
    text = shipped_file(code)
    if text is None:
        raise UnknownMeasure
    answer = Response(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}.toml"'
    return answer
