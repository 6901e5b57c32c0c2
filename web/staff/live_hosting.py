"""Who leads the evening, and what the person at this desk may do about it."""

from sqlalchemy.orm import Session

from realtime.hosting import hosting_view, may_take, others_at_desk
from realtime.models import Room
from realtime.room import first_name
from realtime.views import View
from web.context import actor, now


def leading(session: Session, room: Room) -> View:
    """Who leads and what this person may do about it; names are first names."""
    others = others_at_desk(session, room, now=now())
    return {
        **hosting_view(session, room),
        "may_take": may_take(session, room, actor().person_id, now=now()),
        "others": [{"id": one.id, "name": first_name(one.name)} for one in others],
    }
