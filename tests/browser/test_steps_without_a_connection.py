"""Eleven at night, no connection: the steps open, call and write; with Exit nothing of them is left."""

import re
import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Error, Page, Route, expect

from auth.links import issue_link
from auth.people import Person
from auth.sessions import close_all, open_sessions
from scheduling.aftercare.supporters import add_supporter
from scheduling.aftercare.urge_plans import UrgePlanText, write_urge_plan
from tests.browsing import Arrive, code_in
from tests.builders.people import a_member
from tests.house import House
from web.care.keeping import FILES, KEPT

pytestmark = pytest.mark.browser
COPY = "The copy on this phone"
KEPT_PATHS = """async () => {
  const names = await caches.keys();
  const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return lists.flat().map((request) => new URL(request.url).pathname);
}"""
WORKERS = "navigator.serviceWorker.getRegistrations()"
PATIENCE = 30


@pytest.fixture
def ana(house: House) -> Person:
    now = datetime.now(UTC)
    with house.database.write() as session:
        member = a_member(session, name="Ana", timezone="America/Chicago", now=now)
        text = UrgePlanText(steps=("Shoes on, once around the block.", "Call Marcus."))
        write_urge_plan(session, member.id, text, by=member.id, now=now)
        told = "Marcus", "312 555 0141", "Brother. Any hour."
        add_supporter(session, member.id, *told, by=member.id, now=now)
    return member


def come_in(house: House, page: Page, ana: Person) -> Page:
    with house.database.write() as session:
        token = issue_link(session, ana, now=datetime.now(UTC))
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    expect(page.get_by_role("link", name="Account").first).to_be_attached()
    return page


def becomes_true(page: Page, asked: str) -> None:
    """Wait for a promise of the page to say so; `wait_for_function` takes the promise itself for a yes."""
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(asked, KEPT):
        assert time.monotonic() < deadline, asked
        page.wait_for_timeout(50)


def is_kept(page: Page) -> None:
    """The copy is there, and the worker that opens it is at work."""
    becomes_true(page, "async (kept) => Boolean(await caches.match(kept))")
    becomes_true(page, f"async () => (await {WORKERS})[0]?.active?.state === 'activated'")


def nothing_is_left(page: Page) -> None:
    becomes_true(page, f"async () => (await caches.keys()).length + (await {WORKERS}).length === 0")


def test_without_a_connection_they_open_from_any_page(house: House, someone: Arrive, ana: Person) -> None:
    page = come_in(house, someone(phone=True), ana)
    is_kept(page)
    page.context.set_offline(True)
    page.get_by_role("link", name="Steps").click()
    expect(page.get_by_text(COPY)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("It passes"))
    expect(page.get_by_label("Shoes on, once around the block.")).to_be_visible()
    for words, address in (("Call Marcus", "tel:+13125550141"), ("988", "tel:988")):
        link = page.get_by_role("region", name="Call now").get_by_role("link", name=words)
        expect(link).to_have_attribute("href", address)
    assert page.evaluate("getComputedStyle(document.querySelector('.reach')).position") == "fixed"
    page.context.set_offline(False)
    page.get_by_role("link", name="Try for the newest").click()
    expect(page.get_by_text(COPY)).to_have_count(0)


@pytest.mark.parametrize("trouble", ["away", "silent"])
def test_when_we_are_away_or_too_slow_the_copy_opens(
    house: House, someone: Arrive, ana: Person, trouble: str
) -> None:
    page = come_in(house, someone(phone=True), ana)
    is_kept(page)

    def answer(route: Route) -> None:
        if trouble == "away":
            route.fulfill(status=503, body="away")

    page.context.route(re.compile("/care/steps$"), answer)
    page.goto("/care/steps")
    expect(page.get_by_text(COPY)).to_be_visible()
    page.context.unroute_all(behavior="ignoreErrors")


def test_the_copy_tells_the_time_it_is_opened_at(house: House, someone: Arrive, ana: Person) -> None:
    page = come_in(house, someone(phone=True), ana)
    is_kept(page)
    page.context.set_offline(True)
    page.clock.set_fixed_time(datetime(2026, 12, 3, 5, 8, tzinfo=UTC))
    page.goto("/care/steps")
    expect(page.locator("[data-clock]")).to_have_text("11:08 pm")


def test_nothing_but_the_steps_is_kept(house: House, someone: Arrive, ana: Person) -> None:
    page = come_in(house, someone(), ana)
    for path in ("/care", "/account", "/care/people", "/care/steps", "/appointments", "/care/steps/edit"):
        page.goto(path)
    is_kept(page)
    page.wait_for_load_state("networkidle")
    kept = page.evaluate(KEPT_PATHS)
    assert sorted(re.sub(r"/static/\w+/", "", path) for path in kept) == sorted([KEPT, *FILES])
    assert "csrf_token" not in page.evaluate("async (kept) => (await caches.match(kept)).text()", KEPT)


def test_what_was_changed_is_what_is_kept(house: House, someone: Arrive, ana: Person) -> None:
    page = come_in(house, someone(phone=True), ana)
    is_kept(page)
    page.goto("/care/steps/edit")
    page.get_by_label("What to do, one step on each line").fill("Sit by the window.")
    page.get_by_role("button", name="Keep these").click()
    expect(page.get_by_label("Sit by the window.")).to_be_visible()
    becomes_true(page, "async (kept) => (await (await caches.match(kept)).text()).includes('by the window')")


@pytest.mark.parametrize("way", ["Exit", "Sign out here"])
def test_leaving_takes_them_along(house: House, someone: Arrive, ana: Person, way: str) -> None:
    page = come_in(house, someone(phone=True), ana)
    page.goto("/care/steps")
    is_kept(page)
    if way != "Exit":
        page.goto("/account")
    page.get_by_role("button", name=way).click()
    expect(page).to_have_url(re.compile("/left$" if way == "Exit" else r":\d+/$"))
    nothing_is_left(page)


def test_exit_without_a_connection_shows_nothing_and_is_finished_later(
    house: House, someone: Arrive, ana: Person
) -> None:
    page = come_in(house, someone(phone=True), ana)
    is_kept(page)
    page.context.set_offline(True)
    page.goto("/care/steps")
    page.get_by_role("button", name="Exit").click()
    expect(page).to_have_url("about:blank")
    with pytest.raises(Error, match="DISCONNECTED"):
        page.goto("/care/steps")
    page.context.set_offline(False)
    page.goto("/meetings")
    expect(page).to_have_url(re.compile("/left$"))
    nothing_is_left(page)
    with house.database.read() as session:
        assert open_sessions(session, ana.id, now=datetime.now(UTC)) == []


def test_a_session_that_ended_elsewhere_takes_the_copy_along(
    house: House, someone: Arrive, ana: Person
) -> None:
    page = come_in(house, someone(phone=True), ana)
    is_kept(page)
    with house.database.write() as session:
        close_all(session, ana.id, now=datetime.now(UTC))
    page.goto("/care/steps")
    expect(page).to_have_url(re.compile("/sign-in"))
    nothing_is_left(page)


def test_whoever_comes_in_next_finds_their_own(house: House, someone: Arrive, ana: Person) -> None:
    now = datetime.now(UTC)
    with house.database.write() as session:
        priya = a_member(session, name="Priya", now=now)
        write_urge_plan(session, priya.id, UrgePlanText(steps=("Ring June.",)), by=priya.id, now=now)
    page = someone(phone=True)
    for person, step in ((ana, "Call Marcus."), (priya, "Ring June.")):
        come_in(house, page, person)
        has_it = f"async (kept) => (await (await caches.match(kept))?.text())?.includes('{step}')"
        becomes_true(page, has_it)


def test_a_device_that_others_use_keeps_nothing(house: House, someone: Arrive, ana: Person) -> None:
    page = someone()
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(ana.email)
    page.get_by_label("Others use this device.").check()
    page.get_by_role("button", name="Mail me a code").click()
    page.get_by_label("Six digits").fill(code_in(house.next_mail(ana.email)))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("/")
    page.goto("/care/steps")
    expect(page.get_by_label("Call Marcus.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    nothing_is_left(page)


def test_they_need_no_script(house: House, someone: Arrive, ana: Person) -> None:
    page = come_in(house, someone(phone=True, javascript=False), ana)
    page.goto("/care/steps")
    page.get_by_text("Something happened").click()
    expect(page.get_by_text("Then the plan gets changed, not you.")).to_be_visible()
