"""A coordinator sets up a passkey between the mail and the desk, and needs no mail after that (R8)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from auth.links import issue_link
from auth.people import Person
from cli.wiring import utc_now
from tests.axe import PHONE
from tests.builders.people import a_coordinator
from tests.house import House, running_house

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Not a demo, and reached by a name: passkeys belong to names."""
    with running_house(tmp_path_factory.mktemp("named"), host="localhost", DEMO="0") as running:
        yield running


@pytest.fixture
def context(house: House, chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(base_url=house.url, viewport=PHONE)
    yield made
    made.close()


def with_a_device(page: Page, **more: bool) -> Page:
    """A phone that asks for its owner's finger, played by the browser itself."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **more}})
    return page


def opens_a_link(page: Page, house: House, person: Person) -> None:
    with house.database.write() as session:
        token = issue_link(session, person, now=utc_now())
    page.goto(f"/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()


def test_R8_a_passkey_from_the_first_day(house: House, context: BrowserContext) -> None:
    with house.database.write() as session:
        cora = a_coordinator(session, name="Cora Lind", now=utc_now())
    page = with_a_device(context.new_page())
    opens_a_link(page, house, cora)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second step")
    page.get_by_label("Name for it").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Spare codes")
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/staff/")
    page.goto("/account/ways-in")
    expect(page.get_by_text("My phone").first).to_be_visible()
    page.get_by_role("button", name="Exit").click()
    page.wait_for_url("**/left")

    page.goto("/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/staff/")
    page.get_by_role("button", name="Exit").click()
    page.wait_for_url("**/left")

    opens_a_link(page, house, cora)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/staff/")


def test_a_device_without_a_passkey_says_so_and_the_mail_is_there(
    house: House, context: BrowserContext
) -> None:
    page = with_a_device(context.new_page())
    page.goto("/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("status")).to_have_text("No passkey was used. Try again, or use another way.")
    expect(page.get_by_role("button", name="Mail me a code")).to_be_enabled()
