"""Asking for a code: whether its time tells who is known (R7), and what a flood of it costs a member (R18).

Each post comes from a network of its own, as the proxy in front would say: the hardest case, for no limit by
network stops it. The limit of the times is the page of signing in, which asks the database nothing.
"""

import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode, urlsplit

from benchmarks.figures import Figure
from benchmarks.report import Row
from cli.wiring import utc_now
from tests.builders.people import a_member
from tests.house import House, running_house
from tests.visitor import Visitor, token_in

TITLE = "Signing in by mail, each post from a network of its own. SQLite"
EACH = 200
A_SECOND, SECONDS = 200, 8
SENDERS = 8
TELLS_AT_MOST = 0.58
"""The chance to pick the known one of two by their times; pure luck stays below it 19 times of 20."""
PAGE_P95_MS = 1000.0
PAGE = "/appointments"
_networks = count(1)


def measure() -> list[Row | Figure]:
    with tempfile.TemporaryDirectory() as folder, _house(Path(folder)) as house:
        with house.database.write() as session:
            known = [a_member(session, name=f"Member {one}", now=utc_now()).email for one in range(EACH)]
        return [*_times(house, known), *_flood(house, known)]


def _house(folder: Path) -> AbstractContextManager[House]:
    return running_house(folder, TRUSTED_PROXIES="127.0.0.1")


class Sender:
    """A browser with the form of signing in open, on one connection."""

    def __init__(self, house: House) -> None:
        self._visitor = Visitor(house)
        self._token = token_in(self._visitor.get("/sign-in"))
        self._connection = HTTPConnection(urlsplit(house.url).netloc, timeout=60)
        self._cookies = "; ".join(f"{name}={value}" for name, value in self._visitor.cookies.items())

    def ask(self, address: str) -> tuple[int, float]:
        """The status, and milliseconds until the whole answer was there."""
        number = next(_networks)
        headers = {
            "Cookie": self._cookies,
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        }
        body = urlencode({"email": address, "csrf_token": self._token})
        begun = time.perf_counter()
        self._connection.request("POST", "/sign-in", body, headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status, (time.perf_counter() - begun) * 1000


def _times(house: House, known: Sequence[str]) -> list[Row | Figure]:
    """In a random order, so that whatever else the machine does falls on both."""
    asked = [(True, one) for one in known] + [(False, f"nobody.{one}@example.org") for one in range(EACH)]
    random.Random(7).shuffle(asked)
    with Visitor(house) as visitor:
        limit = visitor.time("/sign-in", EACH)
    sender, took = Sender(house), {True: list[float](), False: list[float]()}
    for is_known, address in asked:
        status, spent = sender.ask(address)
        assert status == 303, status
        took[is_known].append(spent)
    tells = _chance_to_tell(took[True], took[False])
    return [
        Row("a known address asks", took[True], None, limit),
        Row("an unknown address asks", took[False], None, limit),
        Figure("the chance to tell them apart by time", tells, "", goal=TELLS_AT_MOST),
    ]


def _chance_to_tell(some: Sequence[float], others: Sequence[float]) -> float:
    """The area under the ROC curve, whichever way round: 0.5 is a guess (Mann and Whitney 1947)."""
    wins = sum((one > other) + (one == other) / 2 for one in some for other in others)
    share = wins / (len(some) * len(others))
    return max(share, 1 - share)


def _flood(house: House, known: Sequence[str]) -> list[Row | Figure]:
    """Half of it asks for one member's address; she looks at her own page meanwhile."""
    with Visitor(house) as member:
        member.sign_in(known[0])
        quiet = member.time(PAGE, 40)
        statuses: Counter[int] = Counter()
        threads = [threading.Thread(target=_pour, args=(house, known[0], statuses)) for _ in range(SENDERS)]
        for one in threads:
            one.start()
        flooded, until = [], time.monotonic() + SECONDS
        while time.monotonic() < until:
            flooded += member.time(PAGE, 1)
            time.sleep(0.1)
        for one in threads:
            one.join()
    facts = {"posts answered a second": round(sum(statuses.values()) / SECONDS), "answers": dict(statuses)}
    return [
        Row("her page while nothing happens", quiet, None),
        Row(f"her page in a flood of {A_SECOND} posts a second", flooded, None, quiet, facts),
        Figure("the same, p95", quantiles(flooded, n=20)[-1], "ms", goal=PAGE_P95_MS),
        Figure("times the quiet page, median", median(flooded) / median(quiet)),
    ]


def _pour(house: House, victim: str, statuses: Counter[int]) -> None:
    sender, every = Sender(house), SENDERS / A_SECOND
    due = time.monotonic()
    until = due + SECONDS
    while (now := time.monotonic()) < until:
        time.sleep(max(0.0, due - now))
        due += every
        address = victim if next(_networks) % 2 else f"nobody.{next(_networks)}@example.org"
        statuses[sender.ask(address)[0]] += 1
