"""Errors for programs: RFC 9457 problem details, with a stable `code`."""

from flask import Response, jsonify


def problem(status: int, code: str, title: str, **details: object) -> Response:
    """`application/problem+json` with the code, a sentence for people, and what else a program may act on."""
    response = jsonify({"type": "about:blank", "status": status, "code": code, "title": title, **details})
    response.status_code = status
    response.content_type = "application/problem+json"
    return response
