"""Every main page on the demo's data: the whole request over loopback, so a little more than server time.

The limit is /healthz in the same run: what the server and the connection cost without a page.
"""

import tempfile
from pathlib import Path

from benchmarks.report import Row
from cli.demo import fill
from cli.wiring import utc_now
from tests.house import House, running_house
from tests.visitor import Visitor

TITLE = "Main pages on demo data, SQLite"
GOAL = 20.0
TIMES = 60
PUBLIC = ("/", "/meetings", "/meetings/friday-night-qa", "/help", "/sign-in", "/meetings.ics")
MEMBER = (
    "/",
    "/meetings/friday-night-qa/live",
    "/book",
    "/book/follow-up",
    "/appointments",
    "/account",
    "/account/calendars",
)
STAFF = ("/staff/", "/staff/availability", "/staff/people", "/staff/book", "/staff/live/friday-night-qa")


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, running_house(Path(folder)) as house:
        with house.database.write() as session:
            fill(session, people=40, appointments=200, seed=1, now=utc_now())
        return [
            *_visit(house, "signed out", None, PUBLIC),
            *_visit(house, "member", "alma@mail.example", MEMBER),
            *_visit(house, "therapist", "dana@clinic.example", STAFF),
        ]


def _visit(house: House, who: str, email: str | None, paths: tuple[str, ...]) -> list[Row]:
    with Visitor(house) as visitor:
        if email:
            visitor.sign_in(email)
        limit = visitor.time("/healthz", TIMES)
        return [Row(f"{who}: {path}", visitor.time(path, TIMES), GOAL, limit) for path in paths]
