"""/api/v1/openapi.json: what the API can do, for programs and their writers. It names no person."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify

from web.api.access import ROOT
from web.api.openapi import describe
from web.guards import public

blueprint = Blueprint("api_describe", __name__, url_prefix=ROOT)
_KEPT = "evenside.openapi"


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """Made at the first asking; the calls do not change while the house runs."""
    document: dict[str, Any] = current_app.extensions.setdefault(_KEPT, None) or describe(current_app)
    current_app.extensions[_KEPT] = document
    return jsonify(document)
