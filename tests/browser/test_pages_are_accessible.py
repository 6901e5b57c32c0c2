"""axe finds nothing on any page: on a phone by day and at a desk by night, for everybody whose page it is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from auth.links import issue_link
from auth.people import Role, people_with
from cli.demo import fill
from tests.browser.conftest import DESK, PHONE
from tests.browser.every_page import COORDINATOR, MEMBER, MODERATOR, PAGES, STRANGER, THERAPIST
from tests.browser.their_things import named, theirs
from tests.house import House, running_house
from web.blueprints import ROOMS

pytestmark = pytest.mark.browser

ROLES = {
    MEMBER: Role.MEMBER,
    THERAPIST: Role.PRACTITIONER,
    MODERATOR: Role.MODERATOR,
    COORDINATOR: Role.COORDINATOR,
}
SAYS_WHY = re.compile(r"addict|recover|sober|relapse|detox|rehab|alcohol|drug|substance", re.IGNORECASE)
FOR_PROGRAMS = re.compile(
    r"/api/|/static/|^/dav/|^/\.well-known/|\.(ics|js|json|txt|pdf|csv|<form>)$|/(healthz|readyz|metrics)$|^/dev/mail/<name>$|/(cards|panels|part/<part>)$"
)
LOOKS: dict[str, tuple[ViewportSize, Literal["light", "dark"]]] = {
    "phone by day": (PHONE, "light"),
    "desk by night": (DESK, "dark"),
}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo clinic, with people, hours, appointments and meetings in it."""
    with running_house(tmp_path_factory.mktemp("clinic")) as running:
        with running.database.write() as session:
            fill(session, people=12, appointments=60, seed=1, now=datetime.now(UTC))
        yield running


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", PAGES)
def test_R41_axe_finds_nothing(clinic: House, chromium: Browser, who: str, look: str) -> None:
    context = an_arrival(chromium, clinic, look)
    try:
        names = sign_in(context, clinic, who)
        found = {path: violations(context, named(path, names)) for path in PAGES[who]}
    finally:
        context.close()
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_while_the_room_is_open(clinic: House, chromium: Browser, look: str) -> None:
    """The desk with a question waiting, the room with one's own and an answered one, the host's screen."""
    moderator, member = an_arrival(chromium, clinic, look), an_arrival(chromium, clinic, look)
    try:
        sign_in(moderator, clinic, MODERATOR)
        sign_in(member, clinic, MEMBER)
        desk, room = moderator.new_page(), member.new_page()
        desk.on("dialog", lambda dialog: dialog.accept())  # "It starts in 12 minutes. Open the room now?"
        desk.goto("/staff/live/drop-in")
        if desk.get_by_role("button", name="Open the room").count():
            desk.get_by_role("button", name="Open the room").click()
            expect(desk.get_by_role("button", name="Open the room")).to_have_count(0)
        room.goto("/meetings/drop-in/live")
        if room.get_by_role("heading", name="Waiting room").count():
            room.get_by_role("button", name="Go in").click()
        room.get_by_label("Ask the hosts").fill("How do I ask a friend to check on me?")
        room.get_by_role("button", name="Ask", exact=True).click()
        expect(desk.get_by_text("How do I ask a friend to check on me?").first).to_be_visible()
        assert axe(desk) == []
        assert axe(room) == []
        card = desk.locator("[data-region=queue] > li[data-key]").first
        card.get_by_role("button", name="Return").click()
        expect(card.get_by_label("What its author reads")).to_be_visible()
        assert axe(desk) == []
        alone = f"/staff/live/drop-in/questions/{card.get_attribute('data-key')}?do="
        for work in ("edit", "return", "merge", "reply"):
            assert violations(moderator, alone + work) == []
        assert violations(moderator, "/staff/live/drop-in/presenter") == []
    finally:
        moderator.close()
        member.close()


def test_no_page_is_forgotten() -> None:
    """Every address that answers a browser is in the lists above."""
    house = Flask("house", static_folder=None)
    for room in ROOMS:
        house.register_blueprint(room.blueprint)
    rules = {rule.rule for rule in house.url_map.iter_rules() if "GET" in (rule.methods or set())}
    listed = {path for paths in PAGES.values() for path in paths}
    listed.add("/staff/live/<slug>/questions/<question_id>")  # looked at while the room is open
    assert {rule for rule in rules if not FOR_PROGRAMS.search(rule)} - listed == set()


def an_arrival(chromium: Browser, clinic: House, look: str) -> BrowserContext:
    viewport, scheme = LOOKS[look]
    return chromium.new_context(
        base_url=clinic.url, viewport=viewport, color_scheme=scheme, reduced_motion="reduce"
    )


def violations(context: BrowserContext, path: str) -> list[str]:
    page = context.new_page()
    page.goto(path)
    page.wait_for_load_state("load")
    found = axe(page)
    page.close()
    return found


def axe(page: Page) -> list[str]:
    results = Axe().run(page).response["violations"]
    found = [f"{one['id']}: {node['html'][:120]}" for one in results for node in one["nodes"]]
    return found + outline_faults(page)


def outline_faults(page: Page) -> list[str]:
    """What axe lets pass: none or two first headings, a telling title, a page wider than the screen."""
    found = []
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} headings of the first level")
    if SAYS_WHY.search(page.title()):
        found.append(f"the title says why: {page.title()}")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    return found


def sign_in(context: BrowserContext, clinic: House, who: str) -> dict[str, str]:
    """Through a link, as an operator hands it over; then what this person's pages are called."""
    if who == STRANGER:
        return {}
    with clinic.database.write() as session:
        person = min(people_with(session, ROLES[who]), key=lambda one: (len(one.roles), one.name))
        token = issue_link(session, person, now=datetime.now(UTC))
        names = theirs(session, person, now=datetime.now(UTC))
    page = context.new_page()
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    page.wait_for_load_state("load")
    page.close()
    return names
