"""Somebody comes into the room: one button, or Shift three times, and nothing is on the screen."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from auth.links import issue_link
from tests.browsing import Arrive
from tests.builders.people import a_member
from tests.house import House

pytestmark = pytest.mark.browser


def signed_in(house: House, page: Page) -> Page:
    with house.database.write() as session:
        member = a_member(session, now=datetime.now(UTC))
        token = issue_link(session, member, now=datetime.now(UTC))
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    page.goto("/appointments")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your calendar")
    return page


def is_out(page: Page) -> None:
    """A plain page, no session, and no way back to what was seen."""
    expect(page).to_have_url(re.compile("/left$"))
    expect(page).to_have_title("Done")
    page.go_back()
    expect(page.get_by_role("heading", name="Your calendar")).to_have_count(0)
    page.goto("/appointments")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_R42_shift_three_times(house: House, someone: Arrive) -> None:
    page = signed_in(house, someone())
    for _ in range(3):
        page.keyboard.press("Shift")
    is_out(page)


def test_typing_capitals_does_not_leave(house: House, someone: Arrive) -> None:
    page = signed_in(house, someone())
    page.keyboard.press("Shift")
    page.keyboard.press("A")
    page.keyboard.press("Shift")
    page.keyboard.press("B")
    page.keyboard.press("Shift")
    page.wait_for_timeout(400)
    assert page.url.endswith("/appointments")


def test_R42_the_button(house: House, someone: Arrive) -> None:
    page = signed_in(house, someone(phone=True))
    page.get_by_role("button", name="Exit").click()
    is_out(page)


def test_the_button_without_scripts(house: House, someone: Arrive) -> None:
    page = signed_in(house, someone(javascript=False))
    page.get_by_role("button", name="Exit").click()
    is_out(page)
