"""How refusals are described: what all have, and what some add."""

from collections.abc import Sequence
from typing import Any

_SLOT = {"$ref": "#/components/schemas/FreeTime"}
_TIME = {"type": "string", "format": "date-time"}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `detail` says in a sentence what to do.",
    "required": ["type", "status", "title", "code", "detail"],
    "properties": {
        "type": {"const": "about:blank"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "title": {"type": "string"},
        "detail": {"type": "string"},
        "retry_after": {"type": "integer", "description": "Seconds."},
        "alternatives": {"type": "array", "items": _SLOT, "description": "Free times, the nearest first."},
        "conflicts": {"type": "array", "items": {"$ref": "#/components/schemas/Conflict"}},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
    },
}
WITH_DETAILS: dict[str, Any] = {
    "FreeTime": {
        "type": "object",
        "required": ["practitioner", "starts_at", "ends_at"],
        "properties": {"practitioner": {"type": "string"}, "starts_at": _TIME, "ends_at": _TIME},
    },
    "Conflict": {
        "type": "object",
        "description": "A date of a series that cannot be had, why, and free times near it.",
        "required": ["date", "code", "alternatives"],
        "properties": {
            "date": {"type": "string", "format": "date"},
            "code": {"type": "string"},
            "alternatives": {"type": "array", "items": _SLOT},
        },
    },
    "FieldError": {
        "type": "object",
        "required": ["at", "message"],
        "properties": {"at": {"type": "string"}, "message": {"type": "string"}},
    },
}


def problem_schema(codes: Sequence[str]) -> dict[str, Any]:
    """The problem of one status of one call: exactly these codes."""
    named = {"properties": {"code": {"enum": list(codes)}}}
    return {"allOf": [{"$ref": "#/components/schemas/Problem"}, named]}
