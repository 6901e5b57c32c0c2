"""Run as a process of its own: Evenside under gevent on SQLite, with an eye on every switch of greenlets."""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import sys  # noqa: E402
import traceback  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from datetime import timedelta  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
import greenlet  # type: ignore[import-untyped]  # noqa: E402
from flask import Flask  # noqa: E402
from flask_socketio import SocketIOTestClient  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from cli.schema import upgrade  # noqa: E402
from cli.wiring import utc_now  # noqa: E402
from foundation.database import Database  # noqa: E402
from foundation.settings import read_settings  # noqa: E402
from tests.builders.people import a_member, a_moderator  # noqa: E402
from tests.builders.rooms import an_evening  # noqa: E402
from tests.conftest import Browser  # noqa: E402
from web.app import create_app  # noqa: E402

writing: dict[int, int] = {}
seen: dict[str, Any] = {"inside": [], "nested": [], "writes": 0, "switches": 0}


def watch() -> None:
    """Note each switch away from a greenlet that is in the middle of a write."""
    plain = Database.write

    @contextmanager
    def watched(self: Database) -> Iterator[Session]:
        me = id(greenlet.getcurrent())
        if writing.get(me):
            seen["nested"].append("".join(traceback.format_stack(limit=8)))
        with plain(self) as session:
            seen["writes"] += 1
            writing[me] = writing.get(me, 0) + 1
            try:
                yield session
                session.flush()
            finally:
                writing[me] -= 1

    def switched(event: str, args: Any) -> None:
        if event in {"switch", "throw"}:
            seen["switches"] += 1
            if writing.get(id(args[0])):
                seen["inside"].append("".join(traceback.format_stack(limit=8)))

    Database.write = watched  # type: ignore[method-assign]
    greenlet.settrace(switched)


def main(folder: Path, *, careless: bool) -> None:
    settings = read_settings(
        {"EVENSIDE_DATA": str(folder), "EVENSIDE_BASE_URL": "http://localhost", "EVENSIDE_DEMO": "1"}
    )
    app = create_app(settings)
    app.config.update(CLOCK=utc_now, WTF_CSRF_ENABLED=False, LIVE_PULSE=False)
    app.test_client_class = Browser
    database: Database = app.extensions["evenside"].database
    upgrade(database)
    evening = an_evening(database, now=utc_now() - timedelta(seconds=1), members=4)
    evening.steer(policy="open", chat=True)
    with database.write() as session:
        crowd = [a_member(session, name=f"Member {n}", now=utc_now()) for n in range(6)]
        crowd.append(a_moderator(session, name="Celeste Ray", now=utc_now()))
    watch()
    at_work = [gevent.spawn(visit, app, person, evening.meeting.slug) for person in crowd]
    at_work.append(gevent.spawn(pulse, app))
    if careless:
        at_work.append(gevent.spawn(yield_midway, database))
    gevent.joinall(at_work, raise_error=True)
    json.dump(seen, sys.stdout)


def visit(app: Flask, person: Any, slug: str) -> None:
    """Pages, forms and a socket, letting others run between any two."""
    browser: Any = app.test_client()
    browser.sign_in(person)
    line: Any = SocketIOTestClient(
        app, app.extensions["socketio"], namespace="/live", flask_test_client=browser
    )
    line.emit("join", {"room": slug}, callback=True, namespace="/live")
    for n in range(3):
        for path in (f"/meetings/{slug}/live", "/appointments", "/account", f"/staff/live/{slug}"):
            assert browser.get(path).status_code in {200, 302, 303, 403}
            gevent.sleep(0)
        browser.post(f"/meetings/{slug}/live/chat", data={"id": f"form{n}", "text": f"By form {n}"})
        line.emit("chat", {"id": f"socket{n}", "text": f"By socket {n}"}, callback=True, namespace="/live")
        line.emit("ask", {"id": f"ask{n}", "text": f"Does it help, {n}?"}, callback=True, namespace="/live")
        gevent.sleep(0)
    browser.post("/sign-in", data={"email": person.email})
    browser.post("/sign-out")


def pulse(app: Flask) -> None:
    for _ in range(40):
        app.extensions["evenside.live"].beat()
        gevent.sleep(0)


def yield_midway(database: Database) -> None:
    with database.write():
        gevent.sleep(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), careless="careless" in sys.argv)
