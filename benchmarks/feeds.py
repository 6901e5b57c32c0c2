"""Calendar feeds: the answer that nothing is new, a kept copy, and a copy written anew. SQLite.

The limit is an empty route of a bare Flask application under the same server, with nothing around it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert

from benchmarks.report import Row
from cli.wiring import utc_now
from foundation.columns import new_id
from foundation.database import Database
from scheduling.appointments import Appointment
from scheduling.calendars.agenda import feed_sheet
from scheduling.calendars.feeds import FeedKind, create_feed
from scheduling.calendars.render import render
from scheduling.calendars.stamps import forget_old_changes
from tests.builders.people import a_member
from tests.builders.scheduling import a_service, a_working_practitioner
from tests.house import House, free_port, running_house, wait_for

TITLE = "A therapist's feed of 1,000 appointments, one client after the other over loopback"
EVENTS = 1000
TIMES = 1500
ROUNDS = 5
BUILT_GOAL, KEPT_GOAL = 300.0, 3.0
SHARE = 0.7
_EMPTY = "from flask import Flask\napp = Flask('empty')\napp.add_url_rule('/', 'empty', lambda: '')\n"


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, running_house(Path(folder)) as house:
        with house.database.write() as session:
            practitioner_id = fill(session, EVENTS, utc_now())
            feed, secret = create_feed(
                session, owner_id=practitioner_id, kind=FeedKind.PRACTITIONER, now=utc_now()
            )
            showing = feed.showing
            forget_old_changes(session, now=utc_now())  # as the worker does once a minute
        with empty_server(Path(folder)) as empty:
            return [*_answers(house, empty, f"/calendar/{secret}.ics"), *_built(house.database, showing)]


def fill(session: Any, events: int, now: datetime) -> str:
    """So many appointments of one practitioner, written straight into the table; returns who."""
    dana = a_working_practitioner(session, name="Dana Osterhout", now=now)
    service = a_service(session, dana)
    members = [a_member(session, name=f"Member {number}", now=now).id for number in range(40)]
    first = now.replace(microsecond=0)
    rows = [
        {
            "id": new_id(), "service_id": service.id, "practitioner_id": dana.id, "booked_by": dana.id,
            "member_id": members[number % 40], "starts_at": first + timedelta(hours=number),
            "ends_at": first + timedelta(hours=number, minutes=50), "created_at": now, "changed_at": now,
        }
        for number in range(events)
    ]  # fmt: skip
    session.execute(insert(Appointment), rows)
    return dana.id


@contextmanager
def empty_server(folder: Path) -> Iterator[str]:
    """An empty Flask route, served as ours is."""
    (folder / "empty_app.py").write_text(_EMPTY)
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "empty_app:app", "--worker-class", "gevent", "--workers", "1"),
        *("--bind", f"127.0.0.1:{port}", "--log-level", "warning", "--no-control-socket"),
    ]
    with subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _answers(house: House, empty: str, path: str) -> list[Row]:
    """In turns, so that whatever else the machine does falls on both."""
    status, tag = _asked(house.url, path, {})
    assert (status, bool(tag)) == (200, True)
    unchanged: list[float] = []
    limit: list[float] = []
    kept: list[float] = []
    for _ in range(ROUNDS):
        limit += _times(empty, "/", {}, 200, TIMES // ROUNDS)
        unchanged += _times(house.url, path, {"If-None-Match": tag}, 304, TIMES // ROUNDS)
        kept += _times(house.url, path, {}, 200, TIMES // ROUNDS // 5)
    share = median(limit) / median(unchanged)
    facts = {"throughput beside the empty route": f"{share:.0%} (goal {SHARE:.0%})"}
    return [
        Row("nothing is new: 304", unchanged, median(limit) / SHARE, limit, facts),
        Row(f"a kept copy of {EVENTS} events: 200", kept, KEPT_GOAL, limit),
    ]


def _built(database: Database, showing: Any) -> list[Row]:
    """The whole of it, and how long nobody else in the process has a turn."""
    whole, held = [], []
    for _ in range(ROUNDS):
        begun = last = time.perf_counter()
        with database.read() as session:
            sheet = feed_sheet(session, showing, origin="https://x.example", now=utc_now())
        turns = []

        def note() -> None:
            nonlocal last
            turns.append((time.perf_counter() - last) * 1000)  # noqa: B023 - used in this round alone
            last = time.perf_counter()

        content = render(sheet, give_way=note)
        note()
        assert content.count(b"BEGIN:VEVENT") == EVENTS
        whole.append((last - begun) * 1000)
        held.append(max(turns))
    return [
        Row("written anew", whole, BUILT_GOAL),
        Row("the longest that nobody else had a turn", held, None),
    ]


def _times(url: str, path: str, headers: dict[str, str], expected: int, times: int) -> list[float]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        found.append((time.perf_counter() - begun) * 1000)
        assert answer.status == expected
    connection.close()
    return found


def _asked(url: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers.get("ETag", "")
