"""What axe and our own eyes find wrong with a page, on a phone by day and at a desk by night."""

import re
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1280, height=900)
LOOKS: dict[str, tuple[ViewportSize, Literal["light", "dark"]]] = {
    "phone by day": (PHONE, "light"),
    "desk by night": (DESK, "dark"),
}
_SAYS_WHY = re.compile(r"addict|recover|sober|relapse|detox|rehab|alcohol|drug|substance", re.IGNORECASE)
_HINTS = """() => [...document.querySelectorAll("link[href]")].map((link) => link.href)
  .filter((there) => new URL(there).origin !== location.origin)"""
"""Icons and early connections, which a browser without a window does not load."""
_RUN = """async () => {
  const { violations } = await axe.run({ resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
}"""


def faults_in_every_look(page: Page) -> dict[str, list[str]]:
    """By look; a page is loaded once and dressed anew, which costs a third of loading it again."""
    found = {}
    for look in LOOKS:
        wear(page, look)
        found[look] = faults(page)
    return {look: what for look, what in found.items() if what}


def wear(page: Page, look: str) -> None:
    """Another size and other colours from now on."""
    size, scheme = LOOKS[look]
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def faults(page: Page) -> list[str]:
    """In the look that the page has now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN)
    return found + _outline_faults(page)


def _outline_faults(page: Page) -> list[str]:
    """What axe lets pass: none or two first headings, a telling title, a page wider than the screen."""
    found = []
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} headings of the first level")
    if _SAYS_WHY.search(page.title()):
        found.append(f"the title says why: {page.title()}")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    found += [f"it hints at elsewhere: {one}" for one in page.evaluate(_HINTS)]
    return found
