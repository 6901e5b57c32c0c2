"""Programs send what the description allows, and what it forbids; every answer is one that it promises."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from foundation.database import Database
from tests.builders.programs import Programs, a_full_house
from web.api.calls import Call, description_of

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 4}
ROLES = ("member", "practitioner", "coordinator")


@pytest.fixture
def programs(database: Database) -> Programs:
    return a_full_house(database)


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_is_undocumented(app: Flask, programs: Programs, role: str) -> None:
    for operation in operations(app):
        for mode, count in EXAMPLES.items():
            ask(operation, mode, count, programs, role)


def test_an_undocumented_answer_would_be_found(
    app: Flask, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The description of one call is told nothing of its 404."""
    view: Any = app.view_functions["api_appointments.show"]
    said: Call | None = description_of(view)
    assert said is not None
    silent = Call(said.summary, said.answer, answer_headers=said.answer_headers)
    monkeypatch.setattr(view, "described", silent)
    [shown] = [one for one in operations(app) if one.label == "GET /api/v1/appointments/{appointment_id}"]
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        ask(shown, GenerationMode.POSITIVE, 20, programs, "member")


def operations(app: Flask) -> Iterator[Any]:
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    for result in described.get_all_operations():
        yield cast(Any, result).ok()


def ask(operation: Any, mode: GenerationMode, count: int, programs: Programs, role: str) -> None:
    """Send so many requests of one kind, the same ones each time."""
    checks = [*CHECKS, negative_data_rejection] if mode is GenerationMode.NEGATIVE else CHECKS

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def send(case: Case[Any], data: st.DataObject) -> None:
        if mode is GenerationMode.POSITIVE:
            make_lifelike(case, data, programs.known, for_others=role != "member")
        case.headers["Authorization"] = f"Bearer {programs.tokens[role]}"
        case.validate_response(case.call(), checks=checks)

    send()


def make_lifelike(
    case: Case[Any], data: st.DataObject, known: dict[str, list[Any]], *, for_others: bool
) -> None:
    """Mostly name what is there: invented ids end at the door."""
    if isinstance(case.body, dict) and "service" in case.body and "member" not in case.body and for_others:
        case.body["member"] = known["member"][0]
    if data.draw(st.booleans()):
        case.headers.pop("If-Match", None)
    for place in (case.path_parameters, case.query, case.body):
        if isinstance(place, dict):
            for name in sorted(set(place) & set(known)):
                if data.draw(st.integers(0, 7)):
                    cast("dict[str, Any]", place)[name] = data.draw(st.sampled_from(known[name]))
