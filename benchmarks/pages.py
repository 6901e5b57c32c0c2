"""Every main page on the demo's data: the whole request over loopback, so a little more than server time.

The limit is /healthz in the same run: what the server and the connection cost without a page.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import Row
from tests.house import House, environment, running_house
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
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "cli", "demo"]
        subprocess.run(command, env=environment(Path(folder), 8000), check=True, stdout=subprocess.DEVNULL)
        with running_house(Path(folder)) as house:
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
