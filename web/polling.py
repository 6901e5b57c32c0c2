"""The answer to a calendar program that nothing is new, given at the door, before the house is asked.

Thousands of programs ask all day, and nearly always hear this. Anything else that they might have to hear
(a new state, a wrong secret, a database that is away) is left to the rooms behind.
"""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from foundation.logs import begin_request
from scheduling.calendars.feeds import glance_at_feed, is_read_due
from scheduling.calendars.stamps import version_of
from web.access_log import log, new_request_id
from web.context import House
from web.feeds import PRIVATE
from web.headers import steady_headers

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_BEGIN, _END = "/calendar/", ".ics"
_RULE = "/calendar/<token>.ics"


def init_polling(app: Flask) -> None:
    app.wsgi_app = Door(app, app.wsgi_app)  # type: ignore[method-assign]


class Door:
    """Answers what it can with one look at the database; hands everything else on."""

    def __init__(self, app: Flask, inside: "WSGIApplication") -> None:
        self._app, self._inside = app, inside
        self._headers: list[tuple[str, str]] = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if "HTTP_IF_NONE_MATCH" in environ and environ["PATH_INFO"].startswith(_BEGIN):
            began = time.perf_counter()
            tag = self._unchanged(environ)
            if tag is not None:
                self._note(environ["REQUEST_METHOD"], began)
                start_response("304 NOT MODIFIED", [*self._told(), ("ETag", tag)])
                return ()
        return self._inside(environ, start_response)

    def _unchanged(self, environ: "WSGIEnvironment") -> str | None:
        """The tag of the state that the program has, if it is still the state and nothing has to be noted."""
        path: str = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or not path.endswith(_END):
            return None
        house: House = self._app.extensions["evenside"]
        now = house.clock()
        try:
            feed = glance_at_feed(house.database, path[len(_BEGIN) : -len(_END)])
        except SQLAlchemyError:
            return None
        if feed is None or is_read_due(feed.last_read_at, now=now):
            return None
        tag = f'"{version_of(feed.showing, feed.stamp, origin=house.settings.origin, now=now)}"'
        return tag if tag in environ["HTTP_IF_NONE_MATCH"] else None

    def _told(self) -> list[tuple[str, str]]:
        """What an answer without content has to say (RFC 9110, section 15.4.5), and no more of it."""
        if not self._headers:
            told = steady_headers(self._app.extensions["evenside"].settings)
            secure = [(name, told[name]) for name in ("Strict-Transport-Security",) if name in told]
            self._headers = [("Cache-Control", PRIVATE), ("Vary", "Cookie"), *secure]
        return self._headers

    def _note(self, method: str, began: float) -> None:
        begin_request(new_request_id())
        took = round((time.perf_counter() - began) * 1000, 1)
        log.info("answered", extra={"method": method, "rule": _RULE, "status": 304, "ms": took})
