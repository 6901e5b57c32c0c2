"""Programs list weekly groups with a seat left, and change this date of a series and all that follow."""

from datetime import timedelta
from typing import Any

import pytest

from scheduling.group_dates import dates_of
from scheduling.memberships import join_group
from tests.builders.groups import some_members, weekly_group
from tests.builders.people import a_practitioner
from tests.clinic import NOW, TUESDAY_3PM, Clinic
from tests.program import Program, program_for, refused, wish

WEEK = timedelta(weeks=1)


def a_series(clinic: Clinic) -> str:
    made = program_for(clinic).post("/series", wish(clinic, rrule="FREQ=WEEKLY;COUNT=4"))
    return str(made.get_json()["id"])


def states(answer: Any) -> list[tuple[str, str]]:
    """The start in UTC, and the status, of each date."""
    return [(one["starts_at"], one["status"]) for one in answer.get_json()["appointments"]]


def test_groups_with_a_seat_left_are_listed_without_anybody_in_them(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        group, full = (weekly_group(session, clinic.dana, now=NOW, weekday=day) for day in (1, 2))
        members = some_members(session, 3)
        for one in members:
            join_group(session, full.id, one.id, from_date=group.first_date, by=one.id, now=NOW)
        join_group(session, group.id, members[0].id, from_date=group.first_date, by=clinic.dana.id, now=NOW)
        first = dates_of(session, group.id, after=NOW)[0].id
    answer = program_for(clinic).get("/groups")
    [told] = answer.get_json()["groups"]
    assert (told["id"], told["title"], told["timezone"]) == (group.id, group.title, "America/Los_Angeles")
    assert (told["dates"][0]["occurrence"], told["dates"][0]["seats_left"], len(told["dates"])) == (
        first,
        2,
        12,
    )
    assert told["dates"][0]["starts_at"] == "2026-12-01T20:00:00-06:00"
    assert members[0].id not in answer.text and members[0].name not in answer.text


def test_groups_come_in_pages(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        made = [weekly_group(session, clinic.dana, now=NOW, weekday=day).id for day in (3, 1, 2)]
    jonah, cursor = program_for(clinic), ""
    found: list[str] = []
    while cursor is not None:
        page = jonah.get(f"/groups?limit=1&cursor={cursor}").get_json()
        found, cursor = [*found, *(one["id"] for one in page["groups"])], page["next"]
    assert found == [made[1], made[2], made[0]]
    assert refused(jonah.get("/groups?cursor=odd")) == (422, "bad_cursor")


def test_this_date_and_all_that_follow_are_put_an_hour_later(clinic: Clinic, dana: Program) -> None:
    path, later = f"/series/{a_series(clinic)}/change", TUESDAY_3PM + WEEK + timedelta(hours=1)
    answer = dana.post(path, {"from_date": "2026-12-08", "starts_at": later.isoformat()})
    assert [start[:13] for start, _ in states(answer)] == [
        "2026-12-01T13", "2026-12-08T14", "2026-12-15T14", "2026-12-22T14",
    ]  # fmt: skip


def test_a_date_in_the_way_is_named_or_left_out(clinic: Clinic, dana: Program) -> None:
    path, later = f"/series/{a_series(clinic)}/change", TUESDAY_3PM + WEEK + timedelta(hours=1)
    clinic.taken_by_another(TUESDAY_3PM + 2 * WEEK + timedelta(hours=1))
    order = {"from_date": "2026-12-08", "starts_at": later.isoformat()}
    refusal = dana.post(path, order)
    assert refused(refusal) == (409, "series_conflict")
    assert [one["date"] for one in refusal.get_json()["conflicts"]] == ["2026-12-15"]
    answer = dana.post(path, order | {"on_conflict": "skip"})
    assert [status for _, status in states(answer)] == ["booked", "booked", "cancelled", "booked"]


def test_this_date_and_all_that_follow_are_cancelled(clinic: Clinic, dana: Program) -> None:
    path = f"/series/{a_series(clinic)}/cancel"
    answer = dana.post(path, {"from_date": "2026-12-15", "reason": "Away."})
    assert [status for _, status in states(answer)] == ["booked", "booked", "cancelled", "cancelled"]
    assert refused(dana.post(path, {"from_date": "2026-12-15"})) == (422, "not_in_series")


@pytest.mark.parametrize("act", ["change", "cancel"])
def test_it_is_for_the_practitioner_whose_series_it_is(clinic: Clinic, act: str) -> None:
    path, order = f"/series/{a_series(clinic)}/{act}", {"from_date": "2026-12-08"}
    order |= {"starts_at": TUESDAY_3PM.isoformat()} if act == "change" else {}
    with clinic.database.write() as session:
        ines = a_practitioner(session, name="Ines Stone")
    assert refused(program_for(clinic, ines).post(path, order)) == (404, "unknown_series")
    assert refused(program_for(clinic).post(path, order)) == (403, "not_allowed")
