"""What a view may ask about the request it serves; each answer is found once and kept for the request."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import current_app, g, request
from flask import session as cookie

from auth.actor import Actor
from auth.sessions import find_actor, find_halfway, is_visit_due, note_visit
from foundation.database import Database
from foundation.settings import Settings
from foundation.zones import find_zone, is_zone
from realtime.told_lately import ToldLately
from web.feed_copies import FeedCopies

ZONE_COOKIE = "tz"


@dataclass(frozen=True)
class House:
    """What create_app was given, kept at `app.extensions["evenside"]`."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    feed_copies: FeedCopies = field(default_factory=FeedCopies)
    told_lately: ToldLately = field(default_factory=ToldLately)
    shelves: OrderedDict[tuple[str, str], Any] = field(default_factory=OrderedDict)


def house() -> House:
    return cast(House, current_app.extensions["evenside"])


def db() -> Database:
    return house().database


def settings() -> Settings:
    return house().settings


def now() -> datetime:
    """The moment this request is about, aware UTC; it does not pass while the request is served."""
    if "now" not in g:
        g.now = house().clock()
    return cast(datetime, g.now)


def actor() -> Actor:
    """Who asks. Views behind a guard use this; without somebody it is a bug."""
    found = actor_or_none()
    if found is None:
        raise LookupError("this view needs a guard: nobody is signed in")
    return found


def actor_or_none() -> Actor | None:
    if "actor" not in g:
        g.actor = _find_actor()
    return cast("Actor | None", g.actor)


def halfway_or_none() -> Actor | None:
    """Who of the staff still owes a second factor. To every page but those that ask for it, nobody."""
    if "halfway" not in g:
        g.halfway = _find_halfway() if actor_or_none() is None else None
    return cast("Actor | None", g.halfway)


def forget_actor() -> None:
    """Serve the rest of the request as for a stranger: signed out just now, or the database is away."""
    g.actor, g.halfway, g.was_forgotten = None, None, True


def look_again() -> None:
    """Who asks has changed within this request."""
    for name in ("actor", "halfway"):
        g.pop(name, None)


def is_surely_nobody() -> bool:
    """Whether the database itself said that nobody is signed in here."""
    return actor_or_none() is None and not g.get("was_forgotten", False)


def viewer_zone() -> ZoneInfo:
    """The zone that times are shown in: the person's own, else the browser's cookie, else the clinic's."""
    if "zone" in g:
        return cast(ZoneInfo, g.zone)
    somebody = actor_or_none()
    if somebody is not None:
        return somebody.zone
    name = request.cookies.get(ZONE_COOKIE, "")
    return find_zone(name if is_zone(name) else settings().timezone)


def show_times_for(zone: ZoneInfo) -> None:
    """Show the rest of this page's times for one place: it is about a person who need not be signed in."""
    g.zone = zone


def _find_halfway() -> Actor | None:
    token = cookie.get("sid")
    if not isinstance(token, str):
        return None
    with db().read() as session:
        return find_halfway(session, token, now=now())


def _find_actor() -> Actor | None:
    token = cookie.get("sid")
    if not isinstance(token, str):
        return None
    with db().read() as session:
        found = find_actor(session, token, now=now())
    if found is not None:
        _note_visit(found)
    return found


def _note_visit(found: Actor) -> None:
    """Once a minute a visit pushes the idle limit out."""
    if found.session_id is None or not is_visit_due(found, now=now()):
        return
    with db().write() as session:
        note_visit(session, found.session_id, now=now())
