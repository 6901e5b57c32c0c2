"""The host's screen: one question, what comes next, who leads, and that the moderators are with somebody."""

from sqlalchemy.orm import Session

from realtime.models import Room
from realtime.presence import be_seen
from realtime.queue import part_of
from realtime.telling import PLACE
from realtime.views import View
from safety.flags import open_flags
from scheduling.meetings import Meeting
from web.context import actor, now
from web.staff.live_desk import frame
from web.staff.live_hosting import leading

_PEEK = 3


def stage_page(session: Session, meeting: Meeting, room: Room) -> View:
    """Showing it is being at the desk."""
    be_seen(session, room.id, actor().person_id, moderates=True, now=now())
    session.flush()
    answering, listed = (
        part_of(session, room.id, part, now=now(), limit=_PEEK) for part in ("answering", "listed")
    )
    return {
        **frame(meeting, room),
        "answering": answering.cards,
        "listed": listed.cards,
        "leading": leading(session, room),
        "alert": _alert(session, room),
    }


def _alert(session: Session, room: Room) -> str | None:
    """That somebody needs a person, without a word of what was written: others may look at this screen."""
    flags = open_flags(session, f"{PLACE}{room.id}")
    if not flags:
        return None
    if any(flag.state == "raised" for flag in flags):
        return "The desk is needed. A moderator sees to it on the console."
    return "The moderators are looking after something. You can go on."
