"""Calendar feeds, as calendar programs read them."""

from flask import Blueprint, Response, request

from scheduling.calendars.agenda import feed_sheet, open_meetings_sheet
from scheduling.calendars.feeds import UnknownFeed, find_feed, is_read_due, note_read
from scheduling.calendars.render import Sheet, render, version
from web.context import db, now, settings
from web.guards import public

blueprint = Blueprint("feeds", __name__)
PRIVATE = "private, no-store"
EVERYBODYS = "public, max-age=300"
OPEN_MEETINGS = "Meetings"


@blueprint.get("/calendar/<token>.ics")
@public
def read(token: str) -> Response:
    """Whoever has the secret may read. Whatever is wrong with it, the answer is the same."""
    try:
        with db().read() as session:
            feed = find_feed(session, token)
            sheet = feed_sheet(session, feed, origin=settings().origin, now=now())
    except UnknownFeed:
        return _missing()
    if is_read_due(feed, now=now()):
        with db().write() as session:
            note_read(session, feed.id, now=now())
    return _calendar(sheet, PRIVATE)


@blueprint.get("/meetings.ics")
@public
def read_open_meetings() -> Response:
    with db().read() as session:
        sheet = open_meetings_sheet(session, name=OPEN_MEETINGS, origin=settings().origin)
    return _calendar(sheet, EVERYBODYS)


def _calendar(sheet: Sheet, caching: str) -> Response:
    """The feed, or 304 without rendering it when the reader has this very state."""
    response = Response(content_type="text/calendar; charset=utf-8")
    response.set_etag(version(sheet))
    response.headers["Cache-Control"] = caching
    if request.if_none_match.contains(version(sheet)):
        response.status_code = 304
        return response
    response.set_data(render(sheet))
    response.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response


def _missing() -> Response:
    return Response("There is nothing at this address.\n", 404, content_type="text/plain; charset=utf-8")
