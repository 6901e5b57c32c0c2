"""A signed-in visitor on one kept-alive connection, so that what is timed is the server."""

import re
import time
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from auth.links import issue_link
from auth.people import find_by_email
from cli.wiring import utc_now
from tests.house import House


class Visitor:
    def __init__(self, house: House) -> None:
        self.connection = HTTPConnection(urlsplit(house.url).netloc, timeout=120)
        self.cookies: dict[str, str] = {}
        self.led_to = ""
        self.house = house

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def sign_in(self, email: str) -> None:
        """Through an operator's link, as `evenside signin-link` prints it."""
        with self.house.database.write() as session:
            person = find_by_email(session, email)
            assert person is not None
            secret = issue_link(session, person, now=utc_now())
        page = self.get(f"/sign-in/{secret}")
        self.post(f"/sign-in/{secret}", {"csrf_token": token_in(page)})

    def get(self, path: str) -> str:
        status, body = self._send("GET", path, None)
        assert status == 200, (path, status, body[:300])
        return body

    def post(self, path: str, form: dict[str, str]) -> str:
        """Send a form; returns where it led. Raises OSError or HTTPException when nobody answers."""
        status, body = self._send("POST", path, urlencode(form))
        assert status in {302, 303}, (path, status, body[:300])
        return self.led_to

    def time(self, path: str, times: int) -> list[float]:
        """Milliseconds from sending each request to having its whole answer."""
        self.get(path)
        samples = []
        for _ in range(times):
            begun = time.perf_counter()
            self.get(path)
            samples.append((time.perf_counter() - begun) * 1000)
        return samples

    def _send(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        self.led_to = answer.headers.get("Location") or ""
        return answer.status, answer.read().decode()


def token_in(page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page[:500]
    return found.group(1)
