"""A calendar link and an app password are shown once; one button, with its name, takes each along."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from auth.links import issue_link
from tests.browsing import Arrive
from tests.builders.people import a_member
from tests.house import House

pytestmark = pytest.mark.browser


def arrived(house: House, page: Page) -> Page:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with house.database.write() as session:
        token = issue_link(session, a_member(session, now=datetime.now(UTC)), now=datetime.now(UTC))
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    page.wait_for_load_state("load")
    return page


def test_the_address_of_a_link(house: House, someone: Arrive) -> None:
    page = arrived(house, someone(phone=True))
    page.goto("/account/calendars")
    page.get_by_role("button", name="Make the link").click()
    page.get_by_role("button", name="Copy", exact=True).press("Enter")
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    written = page.get_by_label("Secret address").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == written


def test_each_part_of_an_app_password(house: House, someone: Arrive) -> None:
    page = arrived(house, someone())
    page.goto("/account/calendars/phones")
    page.get_by_role("button", name="Make the password").click()
    for part in ("Server", "User name", "Password"):
        page.get_by_role("button", name=f"Copy {part}", exact=True).press("Enter")
        expect(page.get_by_role("button", name=f"Copied {part}", exact=True)).to_be_visible()
        written = page.get_by_label(part, exact=True).input_value()
        assert page.evaluate("navigator.clipboard.readText()") == written
