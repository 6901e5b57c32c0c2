"""What came with a request, checked against its description before a view sees it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from web.api.refusals import ASKING, BadJson, BadKey, BadRevision, InvalidRequest, NotJson

M = TypeVar("M", bound=BaseModel)
_REFUSALS = {kind.code: kind for kind in ASKING}
_WORDS = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no field of this name here.",
    "string_pattern_mismatch": "This is not written as the description says.",
}
_LONGEST_KEY = 64
_LONGEST_NUMBER = 9


def read_query(model: type[M]) -> M:
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise _refusal(error.errors(include_input=False, include_url=False)) from error


def read_body(model: type[M], *, optional: bool) -> M:
    """The body as JSON; without one, its defaults where all of it may be left out."""
    sent = request.get_data(cache=True)
    if optional and not sent:
        return model()
    if not request.is_json:
        raise NotJson
    try:
        return model.model_validate_json(sent)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        if found[0]["type"] == "json_invalid":
            raise BadJson from error
        raise _refusal(found) from error


def idempotency_key() -> str | None:
    """The client's own name for this request, if it gave one."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not (1 <= len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable() and " " not in key):
        raise BadKey
    return key


def seen_revision(sent: int | None) -> int | None:
    """The revision that the client looked at: in the body, or as If-Match. None if it did not say."""
    tag = request.headers.get("If-Match")
    if sent is not None or tag is None:
        return sent
    number = tag[1:-1] if tag.startswith('"') and tag.endswith('"') else ""
    if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER):
        raise BadRevision
    return int(number)


def _refusal(found: Sequence[Mapping[str, Any]]) -> InvalidRequest:
    """Called by the first code that a field gave, else by the general one."""
    codes = [one.get("ctx", {}).get("code") for one in found]
    kind = next((_REFUSALS[code] for code in codes if code in _REFUSALS), InvalidRequest)
    return kind(errors=[_line(one) for one in found])


def _line(one: Mapping[str, Any]) -> dict[str, str]:
    place = ".".join(str(step) for step in one["loc"])
    return {"at": place[:100], "message": _WORDS.get(one["type"], one["msg"])}
