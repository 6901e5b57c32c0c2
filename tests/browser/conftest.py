"""A real server, a real worker and a real Chromium; the stories only click and read."""

import os
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.house import House, running_house

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=900)
PATIENCE_MS = 10_000

Arrive = Callable[..., Page]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = os.environ.get("EVENSIDE_CHROMIUM") or None
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def someone(house: House, chromium: Browser) -> Iterator[Arrive]:
    """A person with a browser of their own: `someone(phone=True, zone="America/Chicago")`."""
    contexts: list[BrowserContext] = []
    failures: list[object] = []

    def arrive(*, phone: bool = False, zone: str = "America/Los_Angeles", javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=house.url,
            viewport=PHONE if phone else DESK,
            timezone_id=zone,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", failures.append)
        return page

    yield arrive
    for context in contexts:
        context.close()
    assert not failures, "a script failed in a page"


def sign_in_with_code(page: Page, house: House, address: str) -> None:
    """Ask for a code as a person does, read it in the mail, type it."""
    before = len(house.mails_to(address))
    page.goto("/sign-in")
    page.get_by_label(re.compile("mail", re.IGNORECASE)).fill(address)
    page.get_by_role("button", name=re.compile("mail|send|code", re.IGNORECASE)).first.click()
    page.get_by_label(re.compile("code", re.IGNORECASE)).fill(code_in(house.next_mail(address, after=before)))
    page.get_by_role("button", name=re.compile("^sign in", re.IGNORECASE)).click()


def code_in(mail: EmailMessage) -> str:
    """The six digits of a sign-in mail."""
    found = re.search(r"\b(\d{3}) ?(\d{3})\b", words_of(mail))
    assert found, words_of(mail)
    return "".join(found.groups())


def words_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
