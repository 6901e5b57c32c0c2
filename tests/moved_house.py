"""A house whose clock a story moves by hand: real pages in a browser, and the worker's rounds between."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import WSGIRequestHandler, make_server

from auth.people import Person
from auth.sessions import open_session
from foundation.database import Database
from foundation.settings import Settings
from jobs.deliver import Post, deliver_due
from jobs.judging import judge_due
from jobs.sweep import sweep
from mail.written import Written
from tests.conftest import Clock
from web.app import create_app


@dataclass
class Letters:
    """Where mail goes in this house."""

    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, mail: Written) -> None:
        self.sent.append(mail.message)

    def to(self, person: Person) -> list[EmailMessage]:
        return [one for one in self.sent if one["To"] == person.email]


@dataclass
class MovedHouse:
    url: str
    app: Flask
    post: Post
    clock: Clock
    letters: Letters

    @property
    def database(self) -> Database:
        return self.post.database

    def let_pass(self, days: int = 0, hours: int = 0) -> None:
        """Day by day, so that each night's round is made; what is due at the end of each is done."""
        for step in [timedelta(days=1)] * days + ([timedelta(hours=hours)] if hours else []):
            self.clock.set(self.clock.now + step)
            self.work()

    def work(self) -> None:
        """What the worker does until nothing more is due."""
        sweep(self.database, now=self.clock())
        judge_due(self.post)
        while deliver_due(self.post):
            pass

    def sign_in(self, page: Page, person: Person) -> None:
        """Without the mail, as somebody who has shown both factors; sessions end while the clock moves."""
        with self.database.write() as session:
            token = open_session(session, person, now=self.clock(), stepped_up=True)
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        name = self.app.config["SESSION_COOKIE_NAME"]
        page.context.add_cookies([{"name": name, "value": signer.dumps({"sid": token}), "url": self.url}])


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def a_moved_house(settings: Settings, database: Database, clock: Clock) -> Iterator[MovedHouse]:
    """On a port of its own, until the block ends."""
    url = database.engine.url.render_as_string(hide_password=False)
    letters = Letters()
    server = make_server("127.0.0.1", 0, Flask("empty"), threaded=True, request_handler=_Quiet)
    chosen = replace(settings, database_url=url, base_url=f"http://127.0.0.1:{server.port}")
    app = create_app(chosen, clock=clock)
    server.app = app
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        post = Post(database, chosen, letters, clock, threading.Event())
        yield MovedHouse(chosen.base_url, app, post, clock, letters)
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        app.extensions["evenside"].database.close()
