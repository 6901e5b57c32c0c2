"""Whoever waits only until a day, or for what has ended, is on no list after it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from jobs.sweep import sweep
from scheduling.groups import end_group
from scheduling.waitlist import NotForWaiting, find_wait, join_waitlist, waits_for, waits_of
from tests.builders.groups import weekly_group
from tests.builders.people import a_coordinator
from tests.clinic import NOW, Clinic
from tests.program import program_for

LAST_DAY = date(2026, 12, 4)
LAST_EVENING = datetime.fromisoformat("2026-12-04T23:30:00-06:00")
"""By the clock of Jonah, who lives in Chicago; in UTC it is the next day."""
MIDNIGHT = LAST_EVENING + timedelta(minutes=30)


def wait(clinic: Clinic, **more: Any) -> str:
    with clinic.database.write() as session:
        who: dict[str, Any] = {
            "member_id": clinic.jonah.id,
            "by": clinic.jonah.id,
            "service_id": clinic.service.id,
        }
        return join_waitlist(session, now=NOW, **{**who, **more}).id


def listed(clinic: Clinic, now: datetime) -> tuple[int, int]:
    """For the member, and at the desk."""
    with clinic.database.read() as session:
        own = waits_of(session, clinic.jonah.id, now=now)
        return len(own), len(waits_for(session, clinic.service.id, now=now))


def test_after_the_last_day_it_is_on_no_page(clinic: Clinic) -> None:
    wait(clinic, until_date=LAST_DAY)
    assert listed(clinic, LAST_EVENING) == (1, 1)
    assert listed(clinic, MIDNIGHT) == (0, 0)
    clinic.set_clock(MIDNIGHT)
    assert "You wait for nothing" in clinic.visit(clinic.jonah).open("/waitlist").text
    assert program_for(clinic).get("/waitlist").get_json()["waitlist"] == []


def test_the_sweep_puts_it_away(clinic: Clinic) -> None:
    entry_id, kept_id = wait(clinic, until_date=LAST_DAY), wait(clinic, practitioner_id=clinic.dana.id)
    assert sweep(clinic.database, now=LAST_EVENING)["waits"] == 0
    assert sweep(clinic.database, now=MIDNIGHT)["waits"] == 1
    with clinic.database.read() as session:
        states = [find_wait(session, one).state for one in (entry_id, kept_id)]
    assert states == ["left", "waiting"]


def test_nobody_waits_for_a_group_that_has_ended(clinic: Clinic) -> None:
    with clinic.database.write() as session:
        group = weekly_group(session, clinic.dana, now=NOW)
        end_group(session, group.id, from_date=date(2026, 12, 8), by=clinic.dana.id, now=NOW)
        order: dict[str, Any] = {
            "member_id": clinic.jonah.id,
            "by": clinic.jonah.id,
            "service_id": group.service_id,
        }
        with pytest.raises(NotForWaiting):
            join_waitlist(session, series_id=group.id, now=NOW + timedelta(days=12), **order)


def test_who_joins_the_list_while_the_group_ends_is_not_forgotten(clinic: Clinic) -> None:
    """Its first date is months away, so that the end has no session to call off."""
    with clinic.database.write() as session:
        group = weekly_group(session, clinic.dana, now=NOW, first_date=date(2027, 6, 1))
        cora = a_coordinator(session)
    joined = Event()

    def end() -> None:
        assert joined.wait(60)
        with clinic.database.write() as session:
            end_group(session, group.id, from_date=date(2027, 6, 1), by=cora.id, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(end)
        with clinic.database.write() as session:
            terms: dict[str, Any] = {
                "member_id": clinic.jonah.id,
                "by": clinic.jonah.id,
                "service_id": group.service_id,
            }
            entry_id = join_waitlist(session, series_id=group.id, now=NOW, **terms).id
            joined.set()
            done_too_soon = _waits_half_a_second(ended)
        ended.result()
    with clinic.database.read() as session:
        assert (done_too_soon, find_wait(session, entry_id).state) == (False, "left")


def _waits_half_a_second(ended: Any) -> bool:
    try:
        ended.result(timeout=0.5)
    except TimeoutError:
        return False
    return True
