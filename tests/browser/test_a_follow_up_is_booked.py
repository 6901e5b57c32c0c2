"""An alumna in Chicago books her therapist in Los Angeles by phone, moves it, sees it in her calendar."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Locator, Page, expect

from auth.people import Person
from cli.wiring import utc_now
from scheduling.services import Service
from tests.browsing import Arrive, invitation_in, read_feed, shown_time, sign_in_with_code, words_of
from tests.builders.people import a_member
from tests.builders.scheduling import a_service, a_working_practitioner, weekdays
from tests.house import House

CHICAGO = "America/Chicago"


@pytest.fixture
def alma(house: House) -> Person:
    with house.database.write() as session:
        return a_member(session, name="Alma Abbott", timezone=CHICAGO, now=utc_now())


@pytest.fixture
def talk(house: House) -> Service:
    """With Dana, on any day of the week."""
    with house.database.write() as session:
        dana = a_working_practitioner(session, weekdays(days=range(7)), name="Dana Whitlock")
        return a_service(session, dana, name="Follow-up", notice_minutes=120)


def test_booked_confirmed_moved_and_seen_in_the_feed(
    house: House, someone: Arrive, alma: Person, talk: Service
) -> None:
    page = someone(phone=True, zone=CHICAGO)
    sign_in_with_code(page, house, alma.email)

    booked_for = book_a_time(page, talk)
    confirmation = house.next_mail(alma.email, after=1)
    assert invitation_in(confirmation).start == booked_for
    assert "Chicago" in words_of(confirmation)

    moved_to = move_it(page)
    update = house.next_mail(alma.email, after=2)
    assert moved_to != booked_for
    assert invitation_in(update).start == moved_to
    assert invitation_in(update).uid == invitation_in(confirmation).uid
    assert invitation_in(update).sequence > invitation_in(confirmation).sequence

    [event] = read_feed(make_a_calendar_link(page))
    assert event.uid == invitation_in(confirmation).uid
    assert event.start == moved_to
    assert event.summary == "Appointment"


def book_a_time(page: Page, service: Service) -> datetime:
    """Person, time, yes. Returns the instant that was booked."""
    page.goto(f"/book/{service.slug}")
    expect(page.locator("main")).to_contain_text("Times for Chicago (C")
    free_times(page, days_ahead=3).first.click()
    expect(page.get_by_text("Kept for you until")).to_be_visible()
    starts_at = shown_time(page)
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Booked")
    return starts_at


def move_it(page: Page) -> datetime:
    """From the calendar, two days later. Returns the new instant."""
    page.goto("/appointments")
    page.get_by_role("link", name=re.compile("^Move")).first.click()
    free_times(page, days_ahead=5).first.click()
    moved_to = shown_time(page)
    page.get_by_role("button", name="Move it here").click()
    expect(page.get_by_role("heading", name=re.compile("Move"))).not_to_be_visible()
    return moved_to


def make_a_calendar_link(page: Page) -> str:
    page.goto("/account/calendars")
    page.get_by_role("button", name=re.compile("^Make")).click()
    link = page.locator("input[readonly]").first.input_value()
    assert "/calendar/" in link
    return link


def free_times(page: Page, *, days_ahead: int) -> Locator:
    """The times that can be chosen on one of the days shown."""
    return page.locator("fieldset.day").nth(days_ahead).locator("button:not([disabled])")
