"""The description of the API, OpenAPI 3.1, made from the calls: their guards, models and refusals."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from werkzeug.routing import Rule

from auth.permissions import NotAllowed, NotSignedIn
from foundation.errors import DomainError
from web.api.access import ROOT
from web.api.calls import Call, description_of
from web.api.problem_schemas import PROBLEM, WITH_DETAILS, problem_schema
from web.api.refusals import ASKING, BadJson, BadKey, BadRevision, NotJson
from web.errors import row_for
from web.guards import PUBLIC

_REF = "#/components/schemas/{model}"
_SAFE = {"GET"}
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_BARE = {400: ["bad_request"], 503: ["unavailable"]}
_HEADERS: Mapping[str, Mapping[str, Any]] = {
    "Location": {"description": "The address of what was made.", "schema": {"type": "string"}},
    "ETag": {"description": "The revision, for If-Match.", "schema": {"type": "string"}},
}
_RETRY = {"description": "Seconds until it can be tried again.", "schema": {"type": "integer"}}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Your own name for the request, as a UUID. Sent again within a week: the first result.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]+$"},
}
_SEEN = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag that you looked at; refused as stale if there is a newer one.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
}


def describe(app: Flask) -> dict[str, Any]:
    """The whole document."""
    calls = list(_calls(app))
    models = {(model, mode) for _rule, _guard, _method, one in calls for model, mode in _models(one)}
    ordered = sorted(models, key=lambda pair: (pair[0].__name__, pair[1]))
    refs, schemas = models_json_schema(ordered, ref_template=_REF)
    paths: dict[str, Any] = {}
    for rule, guard, method, one in calls:
        operation = _operation(rule, guard, method, one, refs)
        paths.setdefault(_path(rule), {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Evenside",
            "version": "1",
            "description": "Times have an offset (RFC 3339), errors a stable `code` (RFC 9457).",
        },
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {**schemas.get("$defs", {}), "Problem": PROBLEM, **WITH_DETAILS},
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": app.config.get("SESSION_COOKIE_NAME", "sid"),
                },
                "formToken": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
            },
        },
    }


def codes_of(guard: str, method: str, one: Call) -> dict[int, list[str]]:
    """The codes that a call may be refused with, by status."""
    found: dict[int, set[str]] = {status: set(codes) for status, codes in _BARE.items()}
    for refusal in _refusals(guard, one):
        found.setdefault(row_for(refusal)[0], set()).add(refusal.code)
    if method not in _SAFE:
        found[HTTPStatus.BAD_REQUEST].add("form_too_old")
        found.setdefault(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, set()).add("request_entity_too_large")
    return {status: sorted(codes) for status, codes in sorted(found.items())}


def _refusals(guard: str, one: Call) -> Iterator[type[DomainError]]:
    yield from one.refuses
    if guard != PUBLIC:
        yield NotSignedIn
    if guard not in {PUBLIC, "member"}:
        yield NotAllowed
    if one.query or one.body:
        yield from ASKING
    if one.body:
        yield from (BadJson, NotJson)
    if one.keyed:
        yield BadKey
    if one.versioned:
        yield BadRevision


def _calls(app: Flask) -> Iterator[tuple[Rule, str, str, Call]]:
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        one = description_of(view)
        if one is not None and rule.rule.startswith(ROOT):
            for method in _METHODS:
                if method in (rule.methods or set()):
                    yield rule, view.guard, method, one


def _models(one: Call) -> Iterator[tuple[type[BaseModel], JsonSchemaMode]]:
    for model in (one.query, one.body):
        if model is not None:
            yield model, "validation"
    if one.answer is not None:
        yield one.answer, "serialization"


def _operation(
    rule: Rule, guard: str, method: str, one: Call, refs: Mapping[Any, Mapping[str, Any]]
) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api_").replace(".", "_"),
        "summary": one.summary,
        "parameters": list(_parameters(rule, one)),
        "responses": {str(one.status): _answer(one, refs), **_problems(guard, method, one)},
        "security": _security(guard, method),
    }
    if one.notes:
        operation["description"] = one.notes
    if one.body:
        content = {"application/json": {"schema": refs[one.body, "validation"]}}
        operation["requestBody"] = {"required": not one.body_optional, "content": content}
    return operation


def _parameters(rule: Rule, one: Call) -> Iterator[dict[str, Any]]:
    for name in sorted(rule.arguments):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    if one.query:
        schema = one.query.model_json_schema(ref_template=_REF)
        needed = schema.get("required", ())
        for name, about in schema["properties"].items():
            yield {"name": name, "in": "query", "required": name in needed, "schema": _single(about)}
    if one.keyed:
        yield _KEY
    if one.versioned:
        yield _SEEN


def _single(about: Mapping[str, Any]) -> Mapping[str, Any]:
    """In a query a value is there or it is not; nothing says null."""
    kinds = [kind for kind in about.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return about
    kept = {name: about[name] for name in ("title", "description") if name in about}
    return {**kinds[0], **kept}


def _answer(one: Call, refs: Mapping[Any, Mapping[str, Any]]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(one.status).phrase}
    if one.answer:
        answer["content"] = {"application/json": {"schema": refs[one.answer, "serialization"]}}
    if one.answer_headers:
        answer["headers"] = {name: _HEADERS[name] for name in one.answer_headers}
    return answer


def _problems(guard: str, method: str, one: Call) -> dict[str, Any]:
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": problem_schema(codes)}},
            **_wait(status),
        }
        for status, codes in codes_of(guard, method, one).items()
    }


def _wait(status: int) -> dict[str, Any]:
    return {"headers": {"Retry-After": _RETRY}} if status == HTTPStatus.TOO_MANY_REQUESTS else {}


def _security(guard: str, method: str) -> list[dict[str, list[str]]]:
    if guard == PUBLIC:
        return [{}]
    by_session: dict[str, list[str]] = {"session": []}
    return [{"token": []}, by_session if method in _SAFE else {**by_session, "formToken": []}]


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
