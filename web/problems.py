"""Errors for programs: RFC 9457 problem details, with a stable `code`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify

from scheduling.openings import Slot
from scheduling.series_refusals import DateConflict
from web.context import viewer_zone

WHAT_TO_DO = {
    400: "The request could not be read. Check its form against /api/v1/openapi.json, then send it again.",
    404: "There is nothing at this address. /api/v1/openapi.json lists what there is.",
    405: "This address does not take that method. The Allow header and /api/v1/openapi.json say which.",
    413: "That is more than fits. Send at most 256 KiB.",
    415: "Send the body as JSON, with Content-Type: application/json.",
}
NEEDS_FORM = "With a session, a change needs its form token as X-CSRFToken. Or send a bearer token instead."
_DETAILS = ("alternatives", "conflicts", "errors", "retry_after")
"""What else a refusal may tell a program; whatever else it carries is for pages."""


def problem(status: int, code: str, detail: str, **details: object) -> Response:
    """`application/problem+json` with the code, a sentence for people, and what else a program may act on."""
    always = {"type": "about:blank", "status": status, "title": HTTPStatus(status).phrase}
    response = jsonify({**always, "code": code, "detail": detail, **details})
    response.status_code = status
    response.content_type = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def told(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details of a refusal as JSON."""
    return {name: _plain(details[name]) for name in _DETAILS if name in details}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Slot):
        return {
            "practitioner": value.practitioner_id,
            "starts_at": value.starts_at.astimezone(viewer_zone()).isoformat(timespec="seconds"),
            "ends_at": value.ends_at.astimezone(viewer_zone()).isoformat(timespec="seconds"),
        }
    if isinstance(value, DateConflict):
        free = _plain(value.alternatives)
        return {"date": value.date.isoformat(), "code": value.code, "alternatives": free}
    return value
