"""The description is there for everybody, has every call, and says of each refusal which codes it has."""

from typing import Any

import pytest
from flask import Flask

from tests.program import ROOT
from web.api.calls import description_of


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get(f"{ROOT}/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    return dict(answer.get_json())


def calls(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [call for methods in described["paths"].values() for call in methods.values()]


def test_every_route_of_the_api_is_a_described_call(app: Flask) -> None:
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(ROOT) and description_of(app.view_functions[rule.endpoint]) is None
    }
    assert silent == {"api_describe.openapi"}


def test_it_is_openapi_3_1_and_names_each_call_once(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    names = [call["operationId"] for call in calls(described)]
    assert len(names) == len(set(names)) > 20


def test_each_reference_leads_somewhere(described: dict[str, Any]) -> None:
    there = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    assert references(described) <= there


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()


def test_each_refusal_lists_its_codes(described: dict[str, Any]) -> None:
    [booking] = [call for call in calls(described) if call["operationId"] == "appointments_order"]
    codes = {
        status: answer["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["code"]
        for status, answer in booking["responses"].items()
        if int(status) >= 400
    }
    assert codes["409"] == {"enum": ["slot_taken"]}
    assert {"outside_notice", "not_a_slot", "limit_reached", "key_reused"} <= set(codes["422"]["enum"])
    assert set(codes) == {"400", "401", "403", "404", "409", "413", "415", "422", "503"}


def test_a_change_asks_a_session_for_its_form_token(described: dict[str, Any]) -> None:
    for methods in described["paths"].values():
        for method, call in methods.items():
            by_session: dict[str, list[str]] = (
                {"session": []} if method == "get" else {"session": [], "formToken": []}
            )
            assert call["security"] == [{"token": []}, by_session]
