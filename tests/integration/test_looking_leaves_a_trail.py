"""Whenever somebody who works here sees a member's name, the trail says who looked, and holds no words."""

import pytest
from sqlalchemy import select

from foundation.audit import AuditEntry
from tests.clinic import Clinic
from tests.posting import browser_of, send


def trail(clinic: Clinic) -> list[tuple[str | None, str, str]]:
    with clinic.database.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.at, AuditEntry.id))
        return [(one.actor_id, one.action, one.object_id) for one in rows]


@pytest.mark.parametrize(
    "page",
    ["/staff/appointments/{}", "/appointments/{}/booked", "/appointments/{}/move", "/appointments/{}/cancel"],
)
def test_every_page_of_somebody_elses_appointment(clinic: Clinic, page: str) -> None:
    one = clinic.booked()
    assert browser_of(clinic.app, clinic.dana).get(page.format(one.id)).status_code == 200
    assert (clinic.dana.id, "appointment.read", one.id) in trail(clinic)


@pytest.mark.parametrize("page", ["/appointments/{}", "/appointments/{}/booked", "/appointments/{}/move"])
def test_ones_own_appointment_is_no_news(clinic: Clinic, page: str) -> None:
    one = clinic.booked()
    assert browser_of(clinic.app, clinic.jonah).get(page.format(one.id)).status_code == 200
    assert "appointment.read" not in {action for _who, action, _what in trail(clinic)}


def test_lists_and_searches_say_who_was_on_them_and_not_what_was_typed(clinic: Clinic) -> None:
    browser = browser_of(clinic.app, clinic.dana)
    assert "Jonah Reed" in browser.get("/staff/people").text
    for path in ("/staff/people", "/staff/book"):
        assert "Jonah Reed" in send(browser, path, {"name": "Reed"}, page=path).text
    with clinic.database.read() as session:
        rows = list(session.scalars(select(AuditEntry).where(AuditEntry.action == "people.listed")))
    assert len(rows) >= 3
    assert all(row.detail == {"people": [clinic.jonah.id]} for row in rows if row.detail["people"])
    assert "Reed" not in str([row.detail for row in rows])


@pytest.mark.parametrize("page", ["/staff/book/{}", "/staff/book/{}/follow-up"])
def test_booking_for_somebody_begins_with_looking_at_them(clinic: Clinic, page: str) -> None:
    browser = browser_of(clinic.app, clinic.dana)
    assert browser.get(page.format(clinic.jonah.id)).status_code in {200, 303}
    assert (clinic.dana.id, "person.read", clinic.jonah.id) in trail(clinic)


def test_a_week_with_names(clinic: Clinic) -> None:
    browser = browser_of(clinic.app, clinic.dana)
    browser.get("/staff/")
    assert "week.read" not in {action for _who, action, _what in trail(clinic)}
    browser.get("/staff/?names=1")
    assert (clinic.dana.id, "week.read", clinic.dana.id) in trail(clinic)


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/sign-out", "session.closed"),
        ("/exit", "session.closed"),
        ("/account/sessions/end", "session.all_closed"),
    ],
)
def test_leaving_is_noted_like_coming_in(clinic: Clinic, path: str, action: str) -> None:
    browser = browser_of(clinic.app, clinic.jonah)
    send(browser, path, page="/account")
    assert (clinic.jonah.id, action, clinic.jonah.id) in trail(clinic)
