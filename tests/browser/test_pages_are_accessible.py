"""Every page, for everybody whose page it is, on a phone by day and at a desk by night.

axe finds nothing, and the browser asks nobody but the house.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from auth.links import issue_link
from auth.people import Role, people_with
from cli.demo import fill
from tests.axe import LOOKS, faults_in_every_look, wear
from tests.browser.conftest import PATIENCE_MS
from tests.browser.every_page import COORDINATOR, MEMBER, MODERATOR, PAGES, STRANGER, THERAPIST
from tests.browser.recorded import Gatekeeper, Record
from tests.browser.their_things import named, theirs
from tests.house import House, running_house
from web.blueprints import ROOMS

pytestmark = pytest.mark.browser
Arrival = Callable[[], Page]

ROLES = {
    MEMBER: Role.MEMBER,
    THERAPIST: Role.PRACTITIONER,
    MODERATOR: Role.MODERATOR,
    COORDINATOR: Role.COORDINATOR,
}
FOR_PROGRAMS = re.compile(
    r"/api/|/static/|^/dav/|^/\.well-known/|\.(ics|js|json|txt|pdf|csv|<form>)$|/(healthz|readyz|metrics)$|^/dev/mail/<name>$|/(cards|panels|part/<part>)$"
)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demo clinic, with people, hours, appointments and meetings in it."""
    with running_house(tmp_path_factory.mktemp("clinic")) as running:
        with running.database.write() as session:
            fill(session, people=12, appointments=60, seed=1, now=datetime.now(UTC))
        yield running


@pytest.fixture
def gatekeeper() -> Iterator[Gatekeeper]:
    """Stands between every browser of a story and the world."""
    keeper = Gatekeeper()
    yield keeper
    keeper.close()


@pytest.fixture
def arrival(clinic: House, chromium: Browser, gatekeeper: Gatekeeper) -> Iterator[Arrival]:
    """A page in a browser of somebody's own, as often as it is called."""
    with ExitStack() as opened:
        records = []

        def arrive() -> Page:
            proxy = gatekeeper.beside(clinic.url)
            context = opened.enter_context(chromium.new_context(base_url=clinic.url, proxy=proxy))
            records.append(Record(context))
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            return page

        yield arrive
        asked_of_others = [one for record in records for one in record.elsewhere(clinic.url)]
        complaints = [one for record in records for one in record.complaints]
    assert (asked_of_others, gatekeeper.callers, complaints) == ([], [], [])


@pytest.mark.parametrize("who", PAGES)
def test_R26_R41_axe_finds_nothing_and_nobody_else_is_asked(
    clinic: House, arrival: Arrival, who: str
) -> None:
    page = arrival()
    names = sign_in(page, clinic, who)
    found = {path: faults_of(page, named(path, names)) for path in PAGES[who]}
    assert {path: what for path, what in found.items() if what} == {}


def test_axe_finds_nothing_while_the_room_is_open(clinic: House, arrival: Arrival) -> None:
    """The desk with a question waiting, the room with one's own and an answered one, the host's screen."""
    desk, room = arrival(), arrival()
    beside = desk.context.new_page()
    sign_in(desk, clinic, MODERATOR)
    sign_in(room, clinic, MEMBER)
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
    assert faults_in_every_look(desk) == {}
    assert faults_in_every_look(room) == {}
    card = desk.locator("[data-region=queue] > li[data-key]").first
    card.get_by_role("button", name="Return").click()
    expect(card.get_by_label("What its author reads")).to_be_visible()
    assert faults_in_every_look(desk) == {}
    alone = f"/staff/live/drop-in/questions/{card.get_attribute('data-key')}?do="
    for work in ("edit", "return", "merge", "reply"):
        assert faults_of(beside, alone + work) == {}
    assert faults_of(beside, "/staff/live/drop-in/presenter") == {}


def test_no_page_is_forgotten() -> None:
    """Every address that answers a browser is in the lists above."""
    house = Flask("house", static_folder=None)
    for room in ROOMS:
        house.register_blueprint(room.blueprint)
    rules = {rule.rule for rule in house.url_map.iter_rules() if "GET" in (rule.methods or set())}
    listed = {path for paths in PAGES.values() for path in paths}
    listed.add("/staff/live/<slug>/questions/<question_id>")  # looked at while the room is open
    assert {rule for rule in rules if not FOR_PROGRAMS.search(rule)} - listed == set()


def faults_of(page: Page, path: str) -> dict[str, list[str]]:
    """By look; the page is loaded on a phone by day."""
    wear(page, next(iter(LOOKS)))
    page.goto(path)
    return faults_in_every_look(page)


def sign_in(page: Page, clinic: House, who: str) -> dict[str, str]:
    """Through a link, as an operator hands it over; then what this person's pages are called."""
    if who == STRANGER:
        return {}
    with clinic.database.write() as session:
        person = min(people_with(session, ROLES[who]), key=lambda one: (len(one.roles), one.name))
        token = issue_link(session, person, now=datetime.now(UTC))
        names = theirs(session, person, now=datetime.now(UTC))
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return names
