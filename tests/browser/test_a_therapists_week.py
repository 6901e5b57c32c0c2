"""A therapist in New York sets hours with a day off, sees the week, books for a member, subscribes."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from auth.people import Person
from cli.wiring import utc_now
from foundation.columns import new_id
from scheduling.services import Service
from tests.browsing import Arrive, invitation_in, read_feed, shown_time, sign_in_with_link, words_of
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_service
from tests.house import House

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def ines(house: House) -> Person:
    with house.database.write() as session:
        address = f"ines.{new_id()}@clinic.example"
        return a_practitioner(
            session, name="Inés Carrasco", email=address, timezone=NEW_YORK.key, now=utc_now()
        )


@pytest.fixture
def service(house: House, ines: Person) -> Service:
    with house.database.write() as session:
        return a_service(session, ines, name="Follow-up", notice_minutes=0)


@pytest.fixture
def hugo(house: House) -> Person:
    with house.database.write() as session:
        return a_member(session, name="Hugo Brandt", timezone="America/Denver", now=utc_now())


def test_from_hours_to_a_booked_week(
    house: House, someone: Arrive, ines: Person, service: Service, hugo: Person
) -> None:
    page = someone(zone=NEW_YORK.key)
    sign_in_with_link(page, house, ines.email)
    workday, day_off = weekday_after(7), weekday_after(8)

    set_hours(page, workday, day_off)
    starts_at = book_for(page, hugo, service, workday, day_off)
    assert starts_at.astimezone(NEW_YORK).strftime("%H:%M") == "10:00"

    confirmation = house.next_mail(hugo.email)
    assert invitation_in(confirmation).start == starts_at
    assert "Denver" in words_of(confirmation)

    page.goto(f"/staff/?day={workday.isoformat()}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".ev", has_text="H.B.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("New York (E")

    [event] = read_feed(subscribe(page))
    assert event.start == starts_at
    assert "Hugo" not in event.summary


def weekday_after(days: int) -> date:
    """A day next week that is neither Saturday nor Sunday; two calls in a row give two days."""
    monday = utc_now().astimezone(NEW_YORK).date()
    monday += timedelta(days=7 - monday.weekday())
    return monday + timedelta(days=days - 6)


def set_hours(page: Page, workday: date, day_off: date) -> None:
    """Ten to one on the weekday of both dates, and the second date off."""
    page.goto("/staff/availability")
    for day in (workday, day_off):
        name = f"{day:%A}"
        page.get_by_role("button", name=f"Add hours on {name}").click()
        page.get_by_label(f"{name}, range 1, from").fill("10:00")
        page.get_by_label(f"{name}, range 1, until").fill("13:00")
    page.get_by_role("button", name="Add a date").click()
    page.get_by_label("Date 1", exact=True).fill(day_off.isoformat())
    page.get_by_role("button", name="Save these hours").first.click()
    expect(page.get_by_role("status")).to_contain_text(re.compile("saved", re.IGNORECASE))
    expect(page.get_by_label(f"{workday:%A}, range 1, from")).to_have_value("10:00")
    expect(page.get_by_label("Date 1", exact=True)).to_have_value(day_off.isoformat())


def book_for(page: Page, member: Person, service: Service, workday: date, day_off: date) -> datetime:
    page.goto("/staff/book")
    page.get_by_label(re.compile("name", re.IGNORECASE)).fill("brandt")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=re.compile(member.name)).and_(leads_to(page, member)).click()
    page.goto(f"/staff/book/{member.id}/{service.slug}?from={workday.isoformat()}")
    free = page.locator("fieldset.day", has_text=f"{workday.day} {workday:%b}").locator(
        "button:not([disabled])"
    )
    off = page.locator("fieldset.day", has_text=f"{day_off.day} {day_off:%b}").locator(
        "button:not([disabled])"
    )
    expect(off).to_have_count(0)
    free.first.click()
    starts_at = shown_time(page)
    page.get_by_role("button", name="Book it").click()
    expect(page.get_by_role("status")).to_be_visible()
    return starts_at


def leads_to(page: Page, member: Person) -> Locator:
    """Another of the same name may be here."""
    return page.locator(f"a[href*='{member.id}']")


def subscribe(page: Page) -> str:
    page.goto("/account/calendars")
    page.get_by_role("button", name=re.compile("^Make")).first.click()
    return page.locator("input[readonly]").first.input_value()
