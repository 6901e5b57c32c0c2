"""A live room without a socket: the events that came after a number."""

from datetime import timedelta
from typing import Any, Literal

from pydantic import Field

from auth.keyed import keyed_digest
from auth.permissions import NotAllowed
from auth.throttle import Limit, TooMany, insist
from realtime.catching_up import missed
from realtime.errors import NotJoined, Removed, RoomClosed, UnknownRoom
from scheduling.meetings import NothingPlanned, UnknownMeeting
from web.api.access import api_room
from web.api.calls import call
from web.api.fields import Asked, Told
from web.context import actor, db, house, now, settings
from web.guards import requires

blueprint = api_room("rooms")
_FURTHEST = 2**53 - 1
A_MINUTE = Limit("events.person", 120, timedelta(minutes=1))
"""Twice a second, as often as a pulse comes; whoever wants more takes a socket."""


class EventsAsked(Asked):
    stream: Literal["pub", "mod", "member"] = Field(
        default="pub", description="Everybody's, the desk's, or one's own."
    )
    after: int = Field(default=0, ge=0, le=_FURTHEST, description="The last number that you have.")
    limit: int = Field(default=300, ge=1, le=500)


class EventsTold(Told):
    """In order, as the socket gives them; a question is told as it is now.

    Ask again with `after` = `next` while it is not null. With another `epoch`, or a `seq` below yours,
    the room began anew: ask from 0. For the room as a whole, join by the socket: it gives a snapshot.
    """

    stream: str
    epoch: str
    seq: int
    events: list[dict[str, Any]]
    next: int | None


@blueprint.get("/rooms/<slug>/events")
@requires("member")
@call(
    "What was said in the room after a number, for whoever may come in",
    EventsTold,
    query=EventsAsked,
    refuses=(
        UnknownMeeting,
        NothingPlanned,
        UnknownRoom,
        Removed,
        RoomClosed,
        NotAllowed,
        NotJoined,
        TooMany,
    ),
    notes="At most 120 times a minute for each person; Retry-After says when to come again.",
)
def events(slug: str, query: EventsAsked) -> dict[str, Any]:
    _not_too_often()
    with db().moment() as session:
        asked: dict[str, Any] = {"limit": query.limit, "lately": house().told_lately, "now": now()}
        found = missed(session, slug, actor(), query.stream, query.after, **asked)
    following = found.events[-1]["seq"] if found.more else None
    return {
        "stream": query.stream,
        "epoch": found.epoch,
        "seq": found.seq,
        "events": found.events,
        "next": following,
    }


def _not_too_often() -> None:
    """Counted for the person, whichever token it comes with. Raises TooMany."""
    who = keyed_digest(settings().secret_key, "events", actor().person_id)
    with db().note() as session:
        insist(session, A_MINUTE, who, now=now())
