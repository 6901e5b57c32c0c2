"""Calendar feeds, as calendar programs read them.

They poll by the thousand and mostly hear that nothing is new: that answer costs one look at the database.
A feed is written only when its state is a new one, outside of any transaction and giving way to others
every millisecond.
"""

import time

from flask import Blueprint, Response, request

from scheduling.calendars.agenda import feed_sheet
from scheduling.calendars.feeds import (
    Readable,
    UnknownFeed,
    find_feed,
    find_open_meetings,
    is_read_due,
    note_read,
)
from scheduling.calendars.render import render
from scheduling.calendars.stamps import version_of
from web.context import db, house, now, settings
from web.guards import public

blueprint = Blueprint("feeds", __name__)
PRIVATE = "private, no-store"
CALENDAR = "text/calendar; charset=utf-8"
EVERYBODYS = "public, max-age=300"


@blueprint.get("/calendar/<token>.ics")
@public
def read(token: str) -> Response:
    """Whoever has the secret may read. Whatever is wrong with it, the answer is the same."""
    try:
        with db().read() as session:
            feed = find_feed(session, token)
    except UnknownFeed:
        return _missing()
    if is_read_due(feed.last_read_at, now=now()):
        with db().write() as session:
            note_read(session, feed.feed_id, now=now())
    return _calendar(feed, PRIVATE)


@blueprint.get("/meetings.ics")
@public
def read_open_meetings() -> Response:
    with db().read() as session:
        feed = find_open_meetings(session)
    return _calendar(feed, EVERYBODYS)


def _calendar(feed: Readable, caching: str) -> Response:
    """The feed, or 304 without looking at a single date when the reader has this very state."""
    version = version_of(feed.showing, feed.stamp, origin=settings().origin, now=now())
    response = Response(content_type=CALENDAR)
    response.headers["ETag"] = f'"{version}"'
    response.headers["Cache-Control"] = caching
    if request.if_none_match.contains(version):
        response.status_code = 304
        return response
    response.set_data(_content(feed, version))
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response


def _content(feed: Readable, version: str) -> bytes:
    copies = house().feed_copies
    content = copies.find(feed.feed_id, version)
    if content is None:
        with db().read() as session:
            sheet = feed_sheet(session, feed.showing, origin=settings().origin, now=now())
        content = render(sheet, give_way=give_way)
        copies.keep(feed.feed_id, version, content)
    return content


def give_way() -> None:
    """Let everybody else in this process go on: the live room first of all."""
    time.sleep(0)


def _missing() -> Response:
    return Response("There is nothing at this address.\n", 404, content_type="text/plain; charset=utf-8")
