"""Programs read and save a practitioner's hours, and read the weekly meetings."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete

from auth.people import PersonRole
from scheduling.meetings import change_occurrence
from tests.builders.people import a_coordinator, a_member, a_practitioner
from tests.builders.scheduling import a_meeting
from tests.clinic import NOW, Clinic
from tests.program import Program, program_for, refused

ONE_DAY = {"weekday": 1, "from": "09:00", "until": "12:00"}
LATE = {"weekday": 4, "from": "22:00", "until": "26:00"}


def hours_of(clinic: Clinic) -> str:
    return f"/practitioners/{clinic.dana.id}/availability"


def hours(**more: Any) -> dict[str, Any]:
    return {"timezone": "America/New_York", "weekly": [ONE_DAY, LATE], "overrides": [], **more}


def test_hours_are_read_as_they_were_saved(clinic: Clinic, dana: Program) -> None:
    day_off = {"date": "2026-12-24", "ranges": []}
    short = {"date": "2026-12-31", "ranges": [{"from": "09:00", "until": "24:00"}]}
    sent = hours(overrides=[day_off, short], daily_limit=4)
    saved = dana.call("PUT", hours_of(clinic), sent)
    assert saved.status_code == 200, saved.text
    read = dana.get(hours_of(clinic))
    assert read.get_json() == saved.get_json() == sent | {"weekly_limit": None, "revision": 2}
    assert read.headers["ETag"] == '"2"'


def test_limits_that_are_left_out_stay(clinic: Clinic, dana: Program) -> None:
    dana.call("PUT", hours_of(clinic), hours(daily_limit=4, weekly_limit=12))
    kept = dana.call("PUT", hours_of(clinic), hours(daily_limit=None)).get_json()
    assert (kept["daily_limit"], kept["weekly_limit"]) == (None, 12)


def test_hours_saved_meanwhile_are_not_written_over(clinic: Clinic, dana: Program) -> None:
    seen = dana.get(hours_of(clinic)).headers["ETag"]
    assert dana.call("PUT", hours_of(clinic), hours(), If_Match=seen).status_code == 200
    assert refused(dana.call("PUT", hours_of(clinic), hours(), If_Match=seen)) == (409, "stale")
    assert refused(dana.call("PUT", hours_of(clinic), hours(revision=1))) == (409, "stale")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"timezone": "Mars/Olympus"}, "unknown_timezone"),
        ({"weekly": [ONE_DAY | {"until": "08:00"}]}, "bad_hours"),
        ({"weekly": [ONE_DAY | {"until": "47:59"}]}, "bad_hours"),
        ({"weekly": [ONE_DAY, ONE_DAY]}, "bad_hours"),
        ({"weekly": [ONE_DAY | {"from": "24:00"}]}, "invalid_request"),
        ({"weekly": [ONE_DAY | {"from": "9:00"}]}, "invalid_request"),
        ({"weekly": [ONE_DAY | {"weekday": 7}]}, "invalid_request"),
        ({"weekly": [ONE_DAY] * 201}, "invalid_request"),
        ({"daily_limit": 0}, "invalid_request"),
        ({"overrides": [{"date": "2026-02-30", "ranges": []}]}, "bad_date"),
    ],
)
def test_hours_that_cannot_be(clinic: Clinic, dana: Program, more: dict[str, Any], code: str) -> None:
    assert refused(dana.call("PUT", hours_of(clinic), hours(**more))) == (422, code)


def test_hours_are_the_practitioners_and_the_coordinators_business(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        ines, cora = a_practitioner(session, name="Ines"), a_coordinator(session)
    for person in (clinic.jonah, ines):
        program = program_for(clinic, person)
        assert refused(program.get(hours_of(clinic))) == (404, "unknown_person")
        assert refused(program.call("PUT", hours_of(clinic), hours())) == (404, "unknown_person")
    front_desk = program_for(clinic, cora)
    assert front_desk.call("PUT", hours_of(clinic), hours()).status_code == 200
    assert refused(front_desk.get(f"/practitioners/{clinic.jonah.id}/availability")) == (
        404,
        "unknown_person",
    )


def test_meetings_and_their_dates(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        meeting = a_meeting(session, slug="friday", title="Friday evening")
        a_meeting(session, slug="another", title="Another")
        change_occurrence(session, meeting, date(2026, 12, 4), cancelled=True, note="Holiday", now=NOW)
    jonah = program_for(clinic)
    listed = jonah.get("/meetings").get_json()["meetings"]
    assert [one["slug"] for one in listed] == ["another", "friday"]
    assert (listed[1]["starts"], listed[1]["weekday"]) == ("19:00", 4)
    dates = "/meetings/friday/occurrences?from=2026-12-01&to=2026-12-31"
    first, second, *_more = jonah.get(dates).get_json()["occurrences"]
    assert (first["date"], first["cancelled"], first["note"]) == ("2026-12-04", True, "Holiday")
    assert second["starts_at"] == "2026-12-11T21:00:00-06:00"
    assert _in_pages(jonah, dates, "occurrences") == [f"2026-12-{day:02}" for day in (4, 11, 18, 25)]


def _in_pages(program: Program, path: str, name: str) -> list[str]:
    found, cursor = [], ""
    while cursor is not None:
        page = program.get(f"{path}&limit=1&cursor={cursor}").get_json()
        found += [one["date"] for one in page[name]]
        cursor = page["next"]
    return found


def test_dates_of_no_meeting_or_of_ten_years(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        a_meeting(session, slug="friday")
    jonah = program_for(clinic)
    assert refused(jonah.get("/meetings/nothing/occurrences")) == (404, "unknown_meeting")
    ten_years = "/meetings/friday/occurrences?from=2026-12-01&to=2036-12-01"
    assert refused(jonah.get(ten_years)) == (422, "range_too_long")


def test_a_guest_learns_of_open_meetings_alone(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        a_meeting(session, slug="friday")
        a_meeting(session, slug="open", audience="open")
        guest = a_member(session, roles=[])
        session.execute(delete(PersonRole).where(PersonRole.person_id == guest.id))
    program = program_for(clinic, guest)
    assert [one["slug"] for one in program.get("/meetings").get_json()["meetings"]] == ["open"]
    assert program.get("/meetings/open/occurrences").status_code == 200
    assert refused(program.get("/meetings/friday/occurrences")) == (404, "unknown_meeting")
    assert refused(program.get("/rooms/friday/events")) == (403, "not_allowed")


def test_services_and_slots_come_in_pages(clinic: Clinic) -> None:
    jonah = program_for(clinic)
    asked = f"/slots?service=follow-up&practitioner={clinic.dana.id}&from=2026-12-01&to=2026-12-02"
    whole = jonah.get(asked).get_json()["slots"]
    found, cursor = [], ""
    while cursor is not None:
        page = jonah.get(f"{asked}&limit=3&cursor={cursor}").get_json()
        found += page["slots"]
        cursor = page["next"]
    assert found == whole
    assert len(whole) == 16
