"""Whatever somebody sends by mistake or on purpose: one stable code, in the API and behind the pages."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from auth.tokens import issue_token
from scheduling.hours import load_hours, save_hours
from tests.builders.people import a_member
from tests.clinic import NOW, TUESDAY_3PM, Clinic

API = "/api/v1"
ON_TUESDAY = "3:00 pm, Tuesday 1 December"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def bearer(clinic: Clinic) -> dict[str, str]:
    """Jonah's own program."""
    with clinic.database.write() as session:
        return {"Authorization": f"Bearer {issue_token(session, clinic.jonah, label='Mine', now=NOW)}"}


def order(clinic: Clinic, bearer: dict[str, str], starts_at: datetime = TUESDAY_3PM, **more: Any) -> Any:
    key = more.pop("key", None)
    wanted = {"service": "follow-up", "practitioner": clinic.dana.id, "starts_at": starts_at.isoformat()}
    headers = bearer | ({"Idempotency-Key": key} if key else {})
    return clinic.app.test_client().post(f"{API}/appointments", json=wanted | more, headers=headers)


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        (NOW - timedelta(days=3), "outside_notice"),
        (NOW + 30 * MINUTE, "outside_notice"),
        (TUESDAY_3PM + MINUTE, "not_a_slot"),
        (TUESDAY_3PM + timedelta(seconds=1), "not_a_slot"),
        (TUESDAY_3PM + timedelta(hours=9), "not_a_slot"),
        (TUESDAY_3PM + timedelta(days=3650), "beyond_horizon"),
    ],
    ids=["in the past", "in half an hour", "a minute off", "a second off", "at night", "in ten years"],
)
def test_a_time_that_is_no_slot(
    clinic: Clinic, bearer: dict[str, str], starts_at: datetime, code: str
) -> None:
    answer = order(clinic, bearer, starts_at)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert answer.get_json()["detail"]
    assert clinic.appointments() == []


def test_a_time_that_is_taken_and_a_day_that_is_full(clinic: Clinic, bearer: dict[str, str]) -> None:
    clinic.taken_by_another()
    answer = order(clinic, bearer)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "slot_taken")
    assert answer.get_json()["alternatives"]
    with clinic.database.write() as session:
        hours = load_hours(session, clinic.dana.id)
        full = type(hours)(hours.timezone, hours.windows, daily_limit=1)
        save_hours(session, clinic.dana.id, full, now=NOW, by=clinic.dana.id)
    answer = order(clinic, bearer, TUESDAY_3PM + timedelta(hours=1))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "limit_reached")


def test_a_replay_is_answered_as_the_first_and_another_request_is_not(
    clinic: Clinic, bearer: dict[str, str]
) -> None:
    first, again = (order(clinic, bearer, key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json()["id"] == again.get_json()["id"]
    other = order(clinic, bearer, TUESDAY_3PM + timedelta(hours=1), key="one")
    assert other.get_json()["code"] == "key_reused"
    assert len(clinic.appointments()) == 1


def test_a_member_who_books_for_another_or_against_the_rules(clinic: Clinic, bearer: dict[str, str]) -> None:
    with clinic.database.write() as session:
        priya = a_member(session, name="Priya")
    for_her = order(clinic, bearer, member=priya.id)
    assert (for_her.status_code, for_her.get_json()["code"]) == (403, "not_for_others")
    anyway = order(clinic, bearer, TUESDAY_3PM + MINUTE, override="I want to")
    assert (anyway.status_code, anyway.get_json()["code"]) == (403, "not_allowed")
    page = clinic.visit(clinic.jonah).client.get(f"/staff/book/{priya.id}/follow-up")
    assert page.status_code == 403
    assert clinic.appointments() == []


def test_ten_years_of_slots(clinic: Clinic, bearer: dict[str, str]) -> None:
    asked = f"{API}/slots?service=follow-up&from=2026-12-01&to=2036-12-01"
    answer = clinic.app.test_client().get(asked, headers=bearer)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "range_too_long")
    far = clinic.visit(clinic.jonah).open(f"{clinic.path}?from=2036-12-01")
    assert far.status == 200


def test_a_double_click_books_once_and_says_so_twice(clinic: Clinic) -> None:
    jonah = clinic.visit(clinic.jonah)
    kept = jonah.press(jonah.open(clinic.path), ON_TUESDAY)
    assert [jonah.press(kept, "Book this time").h1 for _ in range(2)] == [["Booked"], ["Booked"]]
    assert len(clinic.appointments()) == 1


def test_a_stale_page_changes_nothing(clinic: Clinic) -> None:
    """Jonah's page is from before Dana moved it; neither his move nor his cancellation counts."""
    one = clinic.booked()
    jonah, dana = clinic.visit(clinic.jonah), clinic.visit(clinic.dana)
    path = f"/appointments/{one.id}"
    move = jonah.press(jonah.open(f"{path}/move"), "4:00 pm, Tuesday 1 December")
    cancel = jonah.open(f"{path}/cancel")
    dana.press(dana.press(dana.open(f"{path}/move"), "3:00 pm, Wednesday 2 December"), "Move it")
    [moved] = clinic.appointments()
    assert moved.revision == 1
    assert jonah.press(move, "Move it").status == 409
    assert jonah.press(cancel, "Cancel it").status == 409
    assert clinic.appointments()[0].revision == 1
