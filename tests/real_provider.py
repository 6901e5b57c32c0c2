"""npm's oidc-provider on this machine, and somebody's browser at it: a provider that is none of ours."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from foundation.oidc_providers import OidcProvider
from tests.house import free_port
from tests.node import Node

SCRIPT = Path(__file__).parent / "js" / "oidc_provider.mjs"
CLIENT, SECRET = "evenside", "with+a%strange:letter, and long enough"
_MOST_STEPS = 12


@dataclass(frozen=True)
class RealProvider:
    issuer: str
    redirect: str

    @property
    def settings(self) -> OidcProvider:
        return OidcProvider("real", self.issuer, CLIENT, SECRET, "Real")

    def login(self, address: str, name: str) -> str:
        """Follow `address` as a browser does, log in as `name`, agree; where it then leads to us."""
        browser, where, form = _Browser(), address, None
        for _ in range(_MOST_STEPS):
            page, led = browser.ask(where, form)
            if led and led.startswith(self.redirect):
                return led
            where, form = (led, None) if led else _answered(page, where, name)
        raise AssertionError("it leads nowhere")


class _Stay(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


class _Browser:
    """Keeps cookies, and is not led on by itself."""

    def __init__(self) -> None:
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), _Stay)

    def ask(self, where: str, form: dict[str, str] | None) -> tuple[str, str | None]:
        """The page, and where it leads."""
        data = urlencode(form).encode() if form is not None else None
        try:
            with self._opener.open(where, data, timeout=30) as answer:
                return answer.read().decode(), None
        except HTTPError as error:
            with error:
                led: Any = error.headers.get("Location")
                return error.read().decode(), urljoin(where, led) if led else None


def _answered(page: str, where: str, name: str) -> tuple[str, dict[str, str]]:
    """The form of its page, filled in."""
    action = re.search(r'<form[^>]*action="([^"]+)"', page)
    assert action, page[:500]
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    return urljoin(where, unescape(action[1])), {**hidden, "login": name, "password": "any"}


@contextmanager
def a_real_provider(node: Node, redirect: str) -> Iterator[RealProvider]:
    port = free_port()
    command = node.command(SCRIPT, str(port), redirect, CLIENT, SECRET)
    with subprocess.Popen(
        command, env=dict(node.environment), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        try:
            assert running.stdout is not None and running.stdout.readline().strip() == b"ready"
            yield RealProvider(f"http://127.0.0.1:{port}", redirect)
        finally:
            running.terminate()
