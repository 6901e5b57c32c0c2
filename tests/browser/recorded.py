"""Everything that a browser asked, and of whom: R26 says that it asks nobody but the house.

Two look on. Playwright tells of every request and socket of a page and its workers, with its whole address. A
proxy for everything but the house notes whoever comes, also on the browser's own account, and lets nobody
through: whatever a later browser does that Playwright does not tell of, it cannot do unnoticed.
"""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, ProxySettings, WebError

_LONGEST_LINE = 300
_OWN_WORDS = "data:", "blob:"
"""Addresses that ask nobody: what they lead to is in the page."""
_OF_ITS_OWN_ACCORD = "CONNECT content-autofill.googleapis.com:443 "
"""What Chromium asks its maker about forms, wherever they stand. No page can forbid it: docs/security.md."""


class Gatekeeper:
    """A proxy that refuses. `callers` are the first lines of whatever wanted to go past the house."""

    def __init__(self) -> None:
        self.callers: list[str] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self._watch = threading.Thread(target=self._stand)
        self._watch.start()

    def beside(self, house: str) -> ProxySettings:
        """For a browser that reaches the house itself, and anybody else through here."""
        there = "http://{}:{}".format(*self._door.getsockname())
        return ProxySettings(server=there, bypass=urlsplit(house).netloc)

    def close(self) -> None:
        """Whoever came before this stands in `callers` then."""
        self._door.shutdown(socket.SHUT_RDWR)
        self._watch.join()
        self._door.close()

    def _stand(self) -> None:
        with suppress(OSError):  # closed
            while True:
                line, _ = self._door.accept()
                with line:
                    said = _first_line(line)
                if not said.startswith(_OF_ITS_OWN_ACCORD):
                    self.callers.append(said)


def _first_line(line: socket.socket) -> str:
    line.settimeout(5)
    try:
        return line.recv(_LONGEST_LINE).partition(b"\r\n")[0].decode(errors="replace")
    except OSError:
        return "somebody who said nothing"


class Record:
    """What a context asked from now on. `complaints` are what pages said, also of the policy."""

    def __init__(self, context: BrowserContext) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("page", self._follow)
        context.on("console", self._listen)
        context.on("weberror", self._mind)

    def elsewhere(self, house: str) -> list[str]:
        """What was asked of anybody but the house at this address; an address alike begins otherwise."""
        ours = f"{house}/", f"{house.replace('http', 'ws', 1)}/", *_OWN_WORDS
        return [one for one in self.asked if not one.startswith(ours)]

    def _follow(self, page: Page) -> None:
        page.on("websocket", lambda line: self.asked.append(line.url))

    def _listen(self, said: ConsoleMessage) -> None:
        """That a page itself was answered with an error is what some pages are for."""
        is_the_page = said.page is not None and said.location["url"] == said.page.url
        is_an_answer = said.text.startswith("Failed to load resource: the server responded")
        if said.type == "error" and not (is_the_page and is_an_answer):
            self.complaints.append(f"{said.location['url']}: {said.text}")

    def _mind(self, error: WebError) -> None:
        self.complaints.append(str(error.error))
