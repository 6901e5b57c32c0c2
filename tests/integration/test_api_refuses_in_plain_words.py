"""Whatever is wrong with a request, the answer is a problem with a stable code that says what to do."""

import json
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.clinic import TUESDAY_3PM, Clinic
from tests.posting import token_of
from tests.program import ROOT, Program, refused, wish


def raw(program: Program, data: bytes, kind: str = "application/json") -> Any:
    headers = {"Authorization": f"Bearer {program.token}", "Content-Type": kind}
    return program.app.test_client().post(f"{ROOT}/appointments", data=data, headers=headers)


def test_an_address_that_is_not_there_and_a_method_that_it_does_not_take(jonah: Program) -> None:
    assert refused(jonah.get("/nothing")) == (404, "not_found")
    answer = jonah.call("DELETE", "/appointments")
    assert refused(answer) == (405, "method_not_allowed")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'{"service": "\xff"}', b'{"note": "\\ud800"}'])
def test_a_body_that_is_no_json(jonah: Program, body: bytes) -> None:
    assert refused(raw(jonah, body)) == (400, "bad_json")


def test_a_body_of_another_kind_or_size(jonah: Program) -> None:
    assert refused(raw(jonah, b"service=x", "application/x-www-form-urlencoded")) == (
        415,
        "unsupported_media_type",
    )
    assert refused(raw(jonah, b'"' + b"x" * 300_000 + b'"')) == (413, "request_entity_too_large")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"starts_at": "2026-12-01T15:00:00"}, "naive_time"),
        ({"starts_at": "2026-12-01 15:00:00Z"}, "bad_time"),
        ({"starts_at": "2026-12-01T15:00Z"}, "bad_time"),
        ({"starts_at": "2026-12-01T15:00:00+25:00"}, "bad_time"),
        ({"starts_at": "2026-02-30T15:00:00Z"}, "bad_time"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "bad_time"),
        ({"starts_at": "9999-12-31T23:59:59-14:00"}, "bad_time"),
        ({"starts_at": 1796133600}, "bad_time"),
        ({"service": None}, "invalid_request"),
        ({"practitioner": "a b"}, "invalid_request"),
        ({"phone_fallback": "yes"}, "invalid_request"),
        ({"note": "x" * 2001}, "invalid_request"),
        ({"note": "nul\x00"}, "invalid_request"),
        ({"membr": "ana"}, "invalid_request"),
    ],
)
def test_a_field_that_does_not_fit_is_named(
    clinic: Clinic, jonah: Program, more: dict[str, Any], code: str
) -> None:
    answer = jonah.post("/appointments", wish(clinic) | more)
    assert refused(answer) == (422, code)
    assert [one["at"] for one in answer.get_json()["errors"]] == list(more)
    assert "nul" not in json.dumps(answer.get_json()["errors"])


@pytest.mark.parametrize("key", ["", "x" * 65, "two words", "caf\u00e9"])
def test_a_key_that_cannot_be_kept(clinic: Clinic, jonah: Program, key: str) -> None:
    answer = jonah.post("/appointments", wish(clinic), Idempotency_Key=key)
    assert refused(answer) == (422, "bad_key")


def test_a_session_calls_with_its_form_token_and_not_without(clinic: Clinic) -> None:
    client = clinic.visit(clinic.jonah).client
    without = client.post(f"{ROOT}/appointments", json=wish(clinic))
    assert refused(without) == (400, "form_too_old")
    assert "X-CSRFToken" in without.get_json()["detail"]
    token = {"X-CSRFToken": token_of(client, "/account")}
    assert client.post(f"{ROOT}/appointments", json=wish(clinic), headers=token).status_code == 201


def test_a_token_that_opens_nothing_is_refused_whatever_session_comes_with_it(clinic: Clinic) -> None:
    """Otherwise another site could call with the browser's session and a header of its own."""
    client = clinic.visit(clinic.jonah).client
    for header in ("Bearer evs_wrong", "Basic abc", ""):
        answer = client.post(f"{ROOT}/appointments", json=wish(clinic), headers={"Authorization": header})
        assert refused(answer) == (401, "not_signed_in")
    assert clinic.appointments() == []


def test_a_stranger_is_asked_to_sign_in(clinic: Clinic) -> None:
    answer = clinic.app.test_client().post(f"{ROOT}/appointments", json=wish(clinic))
    assert refused(answer) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_same_key_twice_at_once_gives_one_appointment_and_one_answer(
    clinic: Clinic, jonah: Program
) -> None:
    begin, answers = Barrier(2), []

    def send() -> None:
        begin.wait()
        answers.append(jonah.post("/appointments", wish(clinic), Idempotency_Key="once"))

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert [one.starts_at for one in clinic.appointments()] == [TUESDAY_3PM]
