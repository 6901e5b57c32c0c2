"""A real server, a real worker and a real Chromium; the stories only click and read."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.axe import DESK, PHONE
from tests.browsing import Arrive
from tests.house import House, running_house

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PATIENCE_MS = 30_000
"""For everything that a story waits for; nothing is slower than this on a machine that still lives."""


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
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
        page.on("pageerror", lambda error: failures.append(error))  # noqa: PLW0108 - no built-in here
        return page

    yield arrive
    for context in contexts:
        context.close()
    assert not failures, "a script failed in a page"
