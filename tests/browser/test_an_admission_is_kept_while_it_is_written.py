"""A therapist writes, is called away without pressing anything, and finds every word at the next computer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from auth.people import Person
from foundation.settings import Settings
from scheduling.aftercare.plans import active_plan, draft_of
from tests.axe import DESK
from tests.browser.conftest import PATIENCE_MS
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_service, work_hours
from tests.clinic import NOW
from tests.conftest import Clock
from tests.moved_house import MovedHouse, a_moved_house
from tests.schema import new_sqlite

pytestmark = pytest.mark.browser


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> Iterator[MovedHouse]:
    database = new_sqlite(tmp_path)
    with a_moved_house(settings, database, Clock(NOW)) as house:
        yield house
    database.close()


def test_nothing_is_lost_and_nothing_is_booked_until_the_end(house: MovedHouse, chromium: Browser) -> None:
    with house.database.write() as session:
        dana = work_hours(session, a_practitioner(session, name="Dana Whitlock"))
        jonah = a_member(session, name="Jonah Reed", timezone="America/Chicago")
        a_service(session, dana, slug="follow-up", name="Follow-up")
    first, second = (arrive(house, chromium, dana) for _ in range(2))
    page = at_the_admission(first, jonah)
    page.get_by_label("Goals, in their words").fill("Back to work by January.")
    expect(page.get_by_role("status").filter(has_text="Kept just now.")).to_be_visible()
    page.get_by_label("What brings it on").fill("Evenings alone.")
    expect(page.locator("[name=revision]")).to_have_value("2")
    first.close()

    page = at_the_admission(second, jonah)
    expect(page.get_by_label("Goals, in their words")).to_have_value("Back to work by January.")
    expect(page.get_by_label("What brings it on")).to_have_value("Evenings alone.")
    with house.database.read() as session:
        assert draft_of(session, jonah.id) is not None
        assert active_plan(session, jonah.id) is None
    page.get_by_role("button", name="Look at the dates").first.click()
    expect(page.get_by_text("32 appointments to book.")).to_be_visible()
    page.get_by_role("button", name="Confirm the plan").click()
    expect(page.get_by_role("heading", name="The next eight weeks")).to_be_visible()
    second.close()


def arrive(house: MovedHouse, chromium: Browser, person: Person) -> BrowserContext:
    context = chromium.new_context(base_url=house.url, viewport=DESK, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    house.sign_in(context.new_page(), person)
    return context


def at_the_admission(context: BrowserContext, member: Person) -> Page:
    page = context.pages[0]
    page.goto(f"/staff/people/{member.id}/admit")
    return page
