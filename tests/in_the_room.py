"""What members do in the room, in the browser stories."""

import re

from playwright.sync_api import Locator, Page, expect

_LISTEN = """() => {
  window.heard = [];
  const region = document.getElementById("said");
  new MutationObserver(() => {
    const words = region.textContent.trim();
    if (words) window.heard.push([words, performance.now()]);
  }).observe(region, { childList: true });
}"""


def opens_the_lobby(page: Page, slug: str) -> None:
    page.goto(f"/meetings/{slug}/live")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting room")
    expect(page.get_by_role("timer")).to_be_visible()


def takes_a_name(page: Page, name: str) -> None:
    page.get_by_role("radio", name="My own").check()
    page.get_by_label("My own name").fill(name)
    page.get_by_role("button", name=re.compile("Let me in when it opens|Keep this name|Go in")).click()


def is_let_in(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(composer(page)).to_be_visible()


def writes(page: Page, text: str) -> None:
    composer(page).fill(text)
    page.get_by_role("button", name="Ask", exact=True).click()


def asks(page: Page, text: str) -> None:
    writes(page, text)
    expect(own(page, text)).to_be_visible()


def votes_for(page: Page, text: str) -> None:
    button = vote(page, text)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def says(page: Page, text: str) -> None:
    page.get_by_label("Say something").fill(text)
    page.get_by_role("button", name="Say", exact=True).click()


def composer(page: Page) -> Locator:
    return page.get_by_label("Ask the hosts")


def vote(page: Page, text: str) -> Locator:
    return listed(page, text).get_by_role("button", name=re.compile("want this answered"))


def chat(page: Page) -> Locator:
    return page.get_by_role("region", name="Chat")


def own(page: Page, text: str) -> Locator:
    return _question(page, re.compile("^Yours"), text)


def listed(page: Page, text: str) -> Locator:
    return _question(page, "Questions", text)


def answering(page: Page, text: str) -> Locator:
    return _question(page, "Now answering", text)


def answered(page: Page, text: str) -> Locator:
    return _question(page, "Answered", text)


def _question(page: Page, place: str | re.Pattern[str], text: str) -> Locator:
    return page.get_by_role("region", name=place).get_by_role("article").filter(has_text=text)


def listens(page: Page) -> None:
    """From now on `window.heard` keeps what the page's live region says, and when."""
    page.evaluate(_LISTEN)


def hears(page: Page, words: str) -> None:
    page.wait_for_function("(words) => window.heard.some(([one]) => one.includes(words))", arg=words)
