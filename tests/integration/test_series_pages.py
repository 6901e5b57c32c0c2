"""The desk books a member again and again, with every date seen first; the member sees all of them."""

from datetime import UTC, datetime

import pytest

from foundation.database import Database
from scheduling.appointments import Status
from scheduling.series_dates import series_appointments
from tests.builders.people import a_coordinator, a_practitioner
from tests.clinic import Clinic
from tests.pages import Page, Visit

TUESDAY = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)
"""One o'clock for Dana in Los Angeles, three for Jonah in Chicago."""
SECOND = datetime(2026, 12, 8, 21, 0, tzinfo=UTC)


def plan(clinic: Clinic, count: int = 4, every: int = 1) -> tuple[Visit, Page]:
    """Dana has chosen a time for Jonah and asks for the dates."""
    dana = clinic.visit(clinic.dana)
    slot = f"{clinic.dana.id}.{TUESDAY:%Y%m%dT%H%MZ}"
    page = dana.open(f"/staff/book/{clinic.jonah.id}/follow-up?slot={slot}")
    return dana, dana.press(page, "Show the dates", every=str(every), count=str(count))


def booked(clinic: Clinic, count: int = 4) -> tuple[Visit, Page, str]:
    dana, page = plan(clinic, count)
    page = dana.press(page, "Book these dates", note="Same room.")
    return dana, page, page.path.rsplit("/", 1)[-1]


def test_every_date_is_seen_before_anything_is_booked(clinic: Clinic) -> None:
    _, page = plan(clinic)
    assert page.h1 == ["Tuesdays at 1:00 pm, four times"]
    assert "Every date is free." in page.text
    assert "Jonah is in Chicago, two hours later." in page.text
    assert not page.unlabelled
    assert clinic.appointments() == []


def test_all_the_dates_are_booked_at_once(clinic: Clinic) -> None:
    _, page, _ = booked(clinic)
    assert page.status == 200
    assert "Booked. They get one mail with all the times." in page.text
    assert len(clinic.appointments()) == 4
    assert {one.note for one in clinic.appointments()} == {"Same room."}


def test_one_date_that_is_taken_is_named_and_asks_what_to_do(clinic: Clinic) -> None:
    clinic.taken_by_another(SECOND)
    dana, page = plan(clinic)
    assert "One date is taken: 8 December." in page.text
    assert "Instead of Tuesday 8 December" in page.text
    refused = dana.press(page, "Book these dates")
    assert (refused.status, clinic.appointments()) == (409, [])
    assert "One date cannot be had: 8 December." in refused.text
    left = dana.press(refused, "Book these dates", **{"on-2026-12-08": "leave"})
    assert left.status == 200
    assert [one.starts_at.day for one in clinic.appointments()] == [1, 15, 22]


def test_the_taken_date_goes_to_another_time(clinic: Clinic) -> None:
    clinic.taken_by_another(SECOND)
    dana, page = plan(clinic)
    other = f"{clinic.dana.id}.{SECOND.replace(hour=22):%Y%m%dT%H%MZ}"
    dana.press(page, "Book these dates", **{"on-2026-12-08": other})
    assert [(one.starts_at.day, one.starts_at.hour) for one in clinic.appointments()] == [
        (1, 21), (8, 22), (15, 21), (22, 21),
    ]  # fmt: skip


def test_a_date_that_is_free_can_be_left_out_too(clinic: Clinic) -> None:
    dana, page = plan(clinic)
    dana.press(page, "Book these dates", **{"on-2026-12-15": "leave"})
    assert [one.starts_at.day for one in clinic.appointments()] == [1, 8, 22]


def test_what_was_chosen_stays_when_another_date_is_lost_meanwhile(clinic: Clinic) -> None:
    dana, page = plan(clinic)
    clinic.taken_by_another(SECOND)
    again = dana.press(page, "Book these dates", note="Bring the list.", **{"on-2026-12-15": "leave"})
    assert again.status == 409
    form = again.form_with("Book these dates")
    assert form.fields["on-2026-12-15"] == ["leave"]
    assert form.fields["note"] == ["Bring the list."]


def test_two_weeks_apart_is_said_so(clinic: Clinic) -> None:
    _, page = plan(clinic, 3, every=2)
    assert page.h1 == ["Every second Tuesday at 1:00 pm, three times"]


@pytest.mark.parametrize(("count", "every"), [("1", "1"), ("99", "1"), ("x", "13"), ("60", "4")])
def test_nonsense_is_refused_with_words(clinic: Clinic, count: str, every: str) -> None:
    dana = clinic.visit(clinic.dana)
    slot = f"{clinic.dana.id}.{TUESDAY:%Y%m%dT%H%MZ}"
    page = dana.open(
        f"/staff/book/{clinic.jonah.id}/follow-up/repeat?slot={slot}&count={count}&every={every}"
    )
    assert page.status == 200
    assert "A series has 2 to 53 dates" in page.text


def test_what_follows_gets_another_time_at_the_desk(clinic: Clinic) -> None:
    dana, page, series_id = booked(clinic)
    clinic.taken_by_another(datetime(2026, 12, 15, 22, 0, tzinfo=UTC))
    asked = dana.press(page, "Show the dates", **{"from": "2026-12-08", "day": "2026-12-08", "time": "14:00"})
    assert asked.h1 == ["Tuesdays at 2:00 pm, from Tuesday 8 December"]
    assert "One date is taken: 15 December." in asked.text
    refused = dana.press(asked, "Change these dates")
    assert refused.status == 409
    done = dana.press(refused, "Change these dates", **{"on-2026-12-15": "leave"})
    assert done.path == f"/staff/series/{series_id}"
    assert [(one.starts_at.day, one.starts_at.hour, one.status) for one in clinic.appointments()] == [
        (1, 21, "booked"), (8, 22, "booked"), (15, 21, "cancelled"), (22, 22, "booked"),
    ]  # fmt: skip


def test_what_follows_is_cancelled_at_the_desk_once_it_was_seen(clinic: Clinic) -> None:
    dana, page, _ = booked(clinic)
    asked = dana.press(page, "Show what would be cancelled", **{"from": "2026-12-15"})
    assert asked.h1 == ["Cancel two dates?"]
    dana.press(asked, "Cancel them")
    assert [one.is_cancelled for one in clinic.appointments()] == [False, False, True, True]


def test_a_member_sees_each_place_and_all_the_dates(clinic: Clinic) -> None:
    _, _, series_id = booked(clinic)
    jonah = clinic.visit(clinic.jonah)
    calendar = jonah.open("/appointments")
    assert "2 of 4" in calendar.text
    page = jonah.open(jonah.open(calendar.link("Follow-up")).link("All dates"))
    assert page.path == f"/appointments/series/{series_id}"
    assert page.h1 == ["Tuesdays at 3:00 pm"]
    assert "It stays 1:00 pm in Los Angeles all year." in page.text
    assert "Four of four dates are ahead" in page.text
    asked = jonah.open(page.link("Cancel all that are ahead"))
    jonah.press(asked, "Cancel them")
    assert {one.status for one in clinic.appointments()} == {Status.CANCELLED}


def test_a_series_is_seen_by_its_two_people_and_the_coordinator_alone(
    clinic: Clinic, database: Database
) -> None:
    _, _, series_id = booked(clinic)
    with database.write() as session:
        ines, cora = a_practitioner(session, name="Ines"), a_coordinator(session)
    paths = [f"/staff/series/{series_id}", f"/staff/series/{series_id}/cancel?from=2026-12-01"]
    assert [clinic.visit(ines).open(path).status for path in paths] == [404, 404]
    assert [clinic.visit(cora).open(path).status for path in paths] == [200, 200]
    clinic.taken_by_another(datetime(2026, 12, 2, 21, 0, tzinfo=UTC))
    with database.read() as session:
        assert len(series_appointments(session, series_id)) == 4


def test_a_date_far_ahead_is_moved_near_to_where_it_is(clinic: Clinic) -> None:
    """The sixteenth Tuesday lies beyond what the service opens for single bookings."""
    booked(clinic, 16)
    last = clinic.appointments()[-1]
    jonah = clinic.visit(clinic.jonah)
    page = jonah.open(f"/appointments/{last.id}/move")
    chosen = jonah.press(page, "4:00 pm")
    jonah.press(chosen, "Move it here")
    moved = clinic.appointments()[-1]
    assert abs((moved.starts_at - last.starts_at).days) <= 3
    assert moved.exception
