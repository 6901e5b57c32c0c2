"""A stranger's first page is told in the time of the place their browser is set to."""

import pytest
from playwright.sync_api import expect

from tests.browsing import Arrive

pytestmark = pytest.mark.browser


def test_the_first_page_is_in_the_browsers_time(someone: Arrive) -> None:
    page = someone(zone="America/Chicago")
    page.goto("/")
    expect(page.get_by_text("Times are shown for Chicago")).to_be_visible()


def test_the_page_loads_again_once_at_most(someone: Arrive) -> None:
    page = someone(zone="Europe/London")
    loads: list[str] = []
    page.on("request", lambda request: loads.append(request.url) if request.is_navigation_request() else None)
    page.goto("/meetings")
    expect(page.get_by_text("Times are shown for London")).to_be_visible()
    page.wait_for_timeout(500)
    assert len(loads) == 2
    page.goto("/meetings")
    page.wait_for_timeout(300)
    assert len(loads) == 3


def test_a_chosen_place_stays(someone: Arrive) -> None:
    page = someone(zone="Europe/London")
    page.goto("/meetings")
    expect(page.get_by_text("Times are shown for London")).to_be_visible()
    page.get_by_label("Times for").select_option("America/New_York")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Times are shown for New York")).to_be_visible()
    page.goto("/help")
    expect(page.get_by_text("Times are shown for New York")).to_be_visible()


def test_without_scripts_the_clinics_time_is_shown_and_can_be_changed(someone: Arrive) -> None:
    page = someone(zone="Europe/London", javascript=False)
    page.goto("/meetings")
    expect(page.get_by_text("Times are shown for Los Angeles")).to_be_visible()
    page.get_by_label("Times for").select_option("Europe/London")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Times are shown for London")).to_be_visible()
