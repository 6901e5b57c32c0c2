"""A program's call that is refused for its form is still heard: danger in it reaches a person."""

from typing import Any

import pytest
from sqlalchemy import select

from safety.flags import Flag
from tests.clinic import Clinic
from tests.program import Program, program_for, refused, wish

DANGER = "I do not want to be here anymore"
TOO_LONG = f"{DANGER}. {'It has been a long week. ' * 100}"
FOUR_TIMES = "FREQ=WEEKLY;COUNT=4"


def heard(clinic: Clinic) -> list[str]:
    """Whose words wait for a person."""
    with clinic.database.read() as session:
        return list(session.scalars(select(Flag.person_id)))


@pytest.mark.parametrize("path", ["/appointments", "/series"])
def test_danger_in_a_note_that_is_too_long(clinic: Clinic, jonah: Program, path: str) -> None:
    order = wish(clinic, note=TOO_LONG) | ({"rrule": FOUR_TIMES} if path == "/series" else {})
    assert refused(jonah.post(path, order)) == (422, "invalid_request")
    assert heard(clinic) == [clinic.jonah.id]
    jonah.post(path, order)
    assert heard(clinic) == [clinic.jonah.id], "the same words sent again call nobody twice"


def test_danger_beside_a_field_that_does_not_fit(clinic: Clinic, jonah: Program) -> None:
    assert refused(jonah.post("/appointments", {"note": DANGER, "starts_at": "soon"})) == (422, "bad_time")
    assert heard(clinic) == [clinic.jonah.id]


def test_danger_under_a_key_that_cannot_be_read(clinic: Clinic, jonah: Program) -> None:
    answer = jonah.post("/appointments", wish(clinic, note=DANGER), Idempotency_Key="two words")
    assert refused(answer) == (422, "bad_key")
    assert heard(clinic) == [clinic.jonah.id]


def test_danger_in_a_reason_that_is_too_long(clinic: Clinic, jonah: Program) -> None:
    one = clinic.booked()
    answer = jonah.post(f"/appointments/{one.id}/cancel", {"reason": TOO_LONG})
    assert refused(answer) == (422, "invalid_request")
    assert heard(clinic) == [clinic.jonah.id]


def test_what_staff_write_of_a_member_is_not_taken_for_their_own(clinic: Clinic) -> None:
    order: dict[str, Any] = wish(clinic, member=clinic.jonah.id, note=TOO_LONG)
    assert refused(program_for(clinic, clinic.dana).post("/appointments", order)) == (422, "invalid_request")
    assert heard(clinic) == []


@pytest.mark.parametrize("odd", [[], "words", 7, None, {"note": 7, "member": []}])
def test_what_is_no_order_at_all_is_refused_as_before(clinic: Clinic, jonah: Program, odd: Any) -> None:
    assert jonah.post("/appointments", odd).status_code in {415, 422}
    assert heard(clinic) == []


def test_a_calm_note_that_is_too_long_calls_nobody(clinic: Clinic, jonah: Program) -> None:
    later = wish(clinic, note="It has been a long week. " * 100) | {"service": "nothing"}
    assert refused(jonah.post("/appointments", later)) == (422, "invalid_request")
    assert heard(clinic) == []
