"""Programs order follow-ups that repeat, and wait for a time that comes free."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders.people import a_member
from tests.clinic import TUESDAY_3PM, Clinic
from tests.program import Program, program_for, refused, wish

WEEK = timedelta(weeks=1)
FOUR_TIMES = "FREQ=WEEKLY;COUNT=4"


@pytest.fixture
def priya(clinic: Clinic) -> Program:
    with clinic.database.write() as session:
        person = a_member(session, name="Priya")
    return program_for(clinic, person)


def dates(told: dict[str, Any]) -> list[str]:
    return [one["series_date"] for one in told["appointments"]]


def test_a_series_is_booked_whole_and_read_again(clinic: Clinic, jonah: Program, priya: Program) -> None:
    made = jonah.post("/series", wish(clinic, rrule=FOUR_TIMES), Idempotency_Key="four")
    told = made.get_json()
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/series/{told['id']}"
    assert dates(told) == ["2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22"]
    assert told["timezone"] == "America/Los_Angeles"
    again = jonah.post("/series", wish(clinic, rrule=FOUR_TIMES), Idempotency_Key="four")
    assert (again.status_code, again.get_json()) == (201, told)
    assert jonah.get(f"/series/{told['id']}").get_json() == told
    assert refused(priya.get(f"/series/{told['id']}")) == (404, "unknown_series")


def test_a_date_in_the_way_is_named_with_other_times_and_nothing_is_written(
    clinic: Clinic, jonah: Program
) -> None:
    clinic.taken_by_another(TUESDAY_3PM + WEEK)
    answer = jonah.post("/series", wish(clinic, rrule=FOUR_TIMES))
    assert refused(answer) == (409, "series_conflict")
    [conflict] = answer.get_json()["conflicts"]
    assert (conflict["date"], conflict["code"]) == ("2026-12-08", "slot_taken")
    assert conflict["alternatives"]
    assert clinic.appointments() == []


def test_dates_in_the_way_are_left_out_or_moved_as_chosen(clinic: Clinic, jonah: Program) -> None:
    clinic.taken_by_another(TUESDAY_3PM + WEEK)
    order = wish(clinic, rrule=FOUR_TIMES)
    there = jonah.post("/series", order).get_json()["conflicts"][0]["alternatives"][0]["starts_at"]
    moved = jonah.post("/series", order | {"moved": [{"date": "2026-12-08", "starts_at": there}]})
    assert moved.status_code == 201
    assert there in {one["starts_at"] for one in moved.get_json()["appointments"]}


def test_on_conflict_skip_leaves_out_what_cannot_be_had(clinic: Clinic, jonah: Program) -> None:
    clinic.taken_by_another(TUESDAY_3PM + WEEK)
    made = jonah.post("/series", wish(clinic, rrule=FOUR_TIMES, on_conflict="skip", skip=["2026-12-22"]))
    assert dates(made.get_json()) == ["2026-12-01", "2026-12-15"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"rrule": "FREQ=DAILY;COUNT=4"}, "bad_rrule"),
        ({"rrule": "FREQ=WEEKLY;COUNT=1"}, "bad_series"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20361201"}, "bad_series"),
        ({"rrule": FOUR_TIMES, "skip": ["2026-12-02"]}, "bad_series"),
        ({"rrule": FOUR_TIMES, "on_conflict": "ask"}, "invalid_request"),
    ],
)
def test_a_series_that_cannot_be(clinic: Clinic, jonah: Program, more: dict[str, Any], code: str) -> None:
    assert refused(jonah.post("/series", wish(clinic, **more))) == (422, code)


def waiting(clinic: Clinic, program: Program) -> dict[str, Any]:
    answer = program.post("/waitlist", {"service": "follow-up", "practitioner": clinic.dana.id})
    assert answer.status_code == 201
    return dict(answer.get_json())


def test_a_freed_time_is_offered_and_taken(clinic: Clinic, jonah: Program, priya: Program) -> None:
    one = clinic.booked()
    wait = waiting(clinic, priya)
    assert (wait["state"], wait["offer"]) == ("waiting", None)
    assert refused(priya.post(f"/waitlist/{wait['id']}/accept")) == (409, "no_offer")
    jonah.post(f"/appointments/{one.id}/cancel")
    [offered] = priya.get("/waitlist").get_json()["waitlist"]
    assert offered["state"] == "offered"
    assert offered["offer"]["practitioner"] == clinic.dana.id
    assert refused(jonah.post("/appointments", wish(clinic))) == (409, "slot_taken")
    taken = priya.post(f"/waitlist/{wait['id']}/accept")
    assert (taken.status_code, taken.get_json()["status"]) == (200, "booked")
    assert priya.get(taken.headers["Location"].removeprefix("/api/v1")).status_code == 200
    assert priya.get("/waitlist").get_json() == {"waitlist": [], "next": None}


def test_an_offer_is_let_go(clinic: Clinic, jonah: Program, priya: Program) -> None:
    one = clinic.booked()
    wait = waiting(clinic, priya)
    jonah.post(f"/appointments/{one.id}/cancel")
    declined = priya.post(f"/waitlist/{wait['id']}/decline")
    assert (declined.status_code, declined.get_json()["state"]) == (200, "waiting")
    left = priya.post(f"/waitlist/{wait['id']}/leave")
    assert (left.status_code, left.get_json()["state"]) == (200, "left")


def test_an_offer_whose_time_is_up_is_over(clinic: Clinic, jonah: Program, priya: Program) -> None:
    one = clinic.booked()
    wait = waiting(clinic, priya)
    jonah.post(f"/appointments/{one.id}/cancel")
    expires_at = priya.get("/waitlist").get_json()["waitlist"][0]["offer"]["expires_at"]
    clinic.set_clock(type(TUESDAY_3PM).fromisoformat(expires_at) + timedelta(seconds=1))
    assert refused(priya.post(f"/waitlist/{wait['id']}/accept")) == (409, "offer_over")


def test_somebody_elses_wait_is_not_there(clinic: Clinic, jonah: Program, priya: Program) -> None:
    wait = waiting(clinic, priya)
    for act in ("accept", "decline", "leave"):
        assert refused(jonah.post(f"/waitlist/{wait['id']}/{act}")) == (404, "unknown_wait")
    assert jonah.get("/waitlist").get_json()["waitlist"] == []


def test_waiting_for_what_is_not_there(clinic: Clinic, jonah: Program) -> None:
    wanted = {"service": "follow-up"}
    assert refused(jonah.post("/waitlist", {"service": "nothing"})) == (404, "unknown_service")
    assert refused(jonah.post("/waitlist", wanted | {"series": "none"})) == (422, "not_for_waiting")
    assert refused(jonah.post("/waitlist", wanted | {"until": "2036-12-01"})) == (422, "range_too_long")
    assert refused(jonah.post("/waitlist", wanted | {"practitioner": "no"})) == (404, "unknown_practitioner")
