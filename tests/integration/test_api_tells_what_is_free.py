"""Programs ask what can be booked, with whom and when."""

from datetime import datetime, timedelta

import pytest

from auth.tokens import issue_token
from scheduling.services import Audience
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_service, work_hours
from tests.clinic import NOW, TUESDAY_3PM, Clinic

SLOTS = "/api/v1/slots"
ONE_DAY = "from=2026-12-01&to=2026-12-01"


def test_a_days_slots_come_in_the_asked_zone_earliest_first(clinic: Clinic) -> None:
    client = clinic.visit(clinic.jonah).client
    found = client.get(f"{SLOTS}?service=follow-up&{ONE_DAY}&timezone=America/New_York").get_json()["slots"]
    assert found[0] == {
        "practitioner": clinic.dana.id,
        "starts_at": "2026-12-01T12:00:00-05:00",
        "ends_at": "2026-12-01T12:50:00-05:00",
    }
    assert [one["starts_at"] for one in found] == sorted(one["starts_at"] for one in found)
    assert len(found) == 8


def test_without_a_zone_the_callers_own_is_used(clinic: Clinic) -> None:
    client = clinic.visit(clinic.jonah).client
    found = client.get(f"{SLOTS}?service=follow-up&{ONE_DAY}").get_json()["slots"]
    assert found[0]["starts_at"] == "2026-12-01T11:00:00-06:00"


def test_a_token_opens_what_a_session_does(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        token = issue_token(session, clinic.jonah, label="calendar", now=NOW)
    client = clinic.app.test_client()
    address = f"{SLOTS}?service=follow-up&{ONE_DAY}"
    assert client.get(address, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    for header in ({}, {"Authorization": "Bearer evs_wrong"}, {"Authorization": "Basic abc"}):
        answer = client.get(address, headers=header)
        assert (answer.status_code, answer.get_json()["code"]) == (401, "not_signed_in")
        assert answer.content_type == "application/problem+json"


def test_what_somebody_has_taken_is_free_for_nobody_else(clinic: Clinic) -> None:
    clinic.taken_by_another()
    client = clinic.visit(clinic.jonah).client
    found = client.get(f"{SLOTS}?service=follow-up&{ONE_DAY}&timezone=UTC").get_json()["slots"]
    starts = [datetime.fromisoformat(one["starts_at"]) for one in found]
    assert TUESDAY_3PM not in starts
    assert TUESDAY_3PM + timedelta(hours=1) in starts


def test_without_a_practitioner_everybodys_slots_come_by_turns(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        ines = work_hours(session, a_practitioner(session, name="Ines"))
        a_service(session, clinic.dana, ines, slug="talk", name="Talk", step_minutes=60)
    clinic.taken_by_another(TUESDAY_3PM + timedelta(days=1))
    client = clinic.visit(clinic.jonah).client
    found = client.get(f"{SLOTS}?service=talk&{ONE_DAY}").get_json()["slots"]
    assert {one["practitioner"] for one in found} == {ines.id}, "she has less ahead"
    assert len({one["starts_at"] for one in found}) == len(found)
    one = client.get(f"{SLOTS}?service=talk&{ONE_DAY}&practitioner={ines.id}").get_json()["slots"]
    assert {slot["practitioner"] for slot in one} == {ines.id}


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("service=nothing", 404, "unknown_service"),
        ("", 422, "invalid_request"),
        ("service=follow-up&practioner=nobody", 422, "invalid_request"),
        ("service=follow-up&cursor=abc", 422, "bad_cursor"),
        ("service=follow-up&cursor=WzEsMl0", 422, "bad_cursor"),
        ("service=follow-up&cursor=WyJ0b21vcnJvdyIsIjEiXQ", 422, "bad_cursor"),
        ("service=follow-up&limit=0", 422, "invalid_request"),
        ("service=follow-up&practitioner=nobody", 404, "unknown_practitioner"),
        ("service=follow-up&from=2026-12-01&to=2027-02-01", 422, "range_too_long"),
        ("service=follow-up&from=2026-12-02&to=2026-12-01", 422, "bad_date"),
        ("service=follow-up&from=tomorrow", 422, "bad_date"),
        ("service=follow-up&from=0001-01-01&to=0001-01-02", 422, "bad_date"),
        ("service=follow-up&from=2026-12-01%00", 422, "bad_date"),
        ("service=follow-up&timezone=Mars/Olympus", 422, "unknown_timezone"),
    ],
)
def test_a_wrong_question_gets_a_stable_code(clinic: Clinic, query: str, status: int, code: str) -> None:
    answer = clinic.visit(clinic.jonah).client.get(f"{SLOTS}?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"


def test_sixty_two_days_are_not_too_many(clinic: Clinic) -> None:
    client = clinic.visit(clinic.jonah).client
    answer = client.get(f"{SLOTS}?service=follow-up&from=2026-12-01&to=2027-01-31")
    assert answer.status_code == 200


def test_services_and_practitioners_are_listed(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        a_service(session, slug="guests", name="Guests", audience=Audience.INVITATION.value)
    client = clinic.visit(clinic.jonah).client
    [service] = client.get("/api/v1/services").get_json()["services"]
    assert (service["slug"], service["minutes"], service["mode"]) == ("follow-up", 50, "video")
    people = client.get("/api/v1/practitioners?service=follow-up").get_json()["practitioners"]
    dana = {"id": clinic.dana.id, "name": "Dana Whitlock", "timezone": "America/Los_Angeles"}
    assert people == [dana]
    assert client.get("/api/v1/practitioners?service=no").get_json()["code"] == "unknown_service"
    staff = clinic.visit(clinic.dana).client.get("/api/v1/services").get_json()["services"]
    assert {one["slug"] for one in staff} == {"follow-up", "guests"}


def test_a_slot_that_a_member_sees_is_not_in_their_own_way(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        ines = work_hours(session, a_practitioner(session, name="Ines"))
        service = a_service(session, ines, slug="talk", name="Talk", step_minutes=60)
        other = a_member(session, name="Priya")
    clinic.booked()
    for person, free in ((clinic.jonah, False), (other, True)):
        client = clinic.visit(person).client
        found = client.get(f"{SLOTS}?service={service.slug}&{ONE_DAY}&timezone=UTC").get_json()["slots"]
        starts = [datetime.fromisoformat(one["starts_at"]) for one in found]
        assert (TUESDAY_3PM in starts) is free


@pytest.mark.parametrize("path", ["/api/v1/practitioners?", f"{SLOTS}?{ONE_DAY}&"])
def test_what_goes_by_invitation_is_for_members_as_if_it_were_missing(clinic: Clinic, path: str) -> None:
    with clinic.database.write() as session:
        a_service(session, clinic.dana, slug="after-a-crisis", audience=Audience.INVITATION)
    hidden, missing = (
        clinic.visit(clinic.jonah).client.get(f"{path}service={slug}")
        for slug in ("after-a-crisis", "no-such-thing")
    )
    assert (hidden.status_code, hidden.get_json()["code"]) == (404, "unknown_service")
    assert hidden.get_json()["code"] == missing.get_json()["code"]
    assert clinic.visit(clinic.dana).client.get(f"{path}service=after-a-crisis").status_code == 200


def test_what_a_token_is_told_stays_in_no_cache(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        token = issue_token(session, clinic.jonah, label="calendar", now=NOW)
    answer = clinic.app.test_client().get("/api/v1/services", headers={"Authorization": f"Bearer {token}"})
    assert answer.headers["Cache-Control"] == "no-store"
