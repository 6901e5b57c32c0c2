"""A call of the API: how it is described, read and answered. The description document is made from these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from flask import Response, current_app, jsonify
from pydantic import BaseModel

from foundation.errors import DomainError
from web.api.hearing import heard_though_refused
from web.api.reading import read_body, read_query

V = TypeVar("V", bound=Callable[..., Any])
Refusals = tuple[type[DomainError], ...]


@dataclass(frozen=True)
class Call:
    """What a program may know of a call. `keyed` calls take an Idempotency-Key, `versioned` ones If-Match.

    `answer` None is an empty answer; `body_optional` when all of the body may be left out.
    """

    summary: str
    answer: type[BaseModel] | None
    status: int = HTTPStatus.OK
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    body_optional: bool = False
    refuses: Refusals = ()
    keyed: bool = False
    versioned: bool = False
    answer_headers: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True)
class Answer:
    """An answer with headers of its own."""

    body: BaseModel
    headers: Mapping[str, str] = field(default_factory=dict)


def call(summary: str, answer: type[BaseModel] | None, **more: Any) -> Callable[[V], Callable[..., Response]]:
    """Below the guard: the view gets `query` and `body` checked, and gives a model, a dict or an Answer."""
    described = Call(summary, answer, **more)

    def decorate(view: V) -> Callable[..., Response]:
        @wraps(view)
        def answer_it(**named: Any) -> Response:
            return _response(described, view(**named, **_sent(described)))

        cast(Any, answer_it).described = described
        return answer_it

    return decorate


def description_of(view: Any) -> Call | None:
    """The call that a view answers; None for a page."""
    return cast("Call | None", getattr(view, "described", None))


def _sent(described: Call) -> dict[str, BaseModel]:
    sent = {}
    if described.query is not None:
        sent["query"] = read_query(described.query)
    if described.body is not None:
        with heard_though_refused():
            sent["body"] = read_body(described.body, optional=described.body_optional)
    return sent


def _response(described: Call, result: Any) -> Response:
    if described.answer is None:
        return Response(status=described.status)
    body, headers = (result.body, result.headers) if isinstance(result, Answer) else (result, {})
    if isinstance(body, BaseModel):
        text = body.model_dump_json(by_alias=True)
        response = current_app.response_class(text, mimetype="application/json")
    else:
        response = jsonify(body)
    response.status_code = described.status
    response.headers.update(headers)
    return response
