"""What moderators do with one person, and what that person and the desk then hear."""

from typing import Any

from auth.actor import Actor, actor_for
from realtime.door import Outside, why_outside
from realtime.joining import join
from realtime.models import Room
from realtime.persons import act_on_person
from safety.flags import open_flags
from tests.builders.people import a_moderator
from tests.builders.rooms import Evening


def act(
    evening: Evening, action: str, who: str = "Second Cup", by: Actor | None = None, **more: Any
) -> object:
    with evening.database.write() as session:
        desk = by or evening.desk
        return act_on_person(session, evening.room_id, desk, who, action, now=evening.now, **more)


def another_moderator(evening: Evening) -> Actor:
    with evening.database.write() as session:
        celeste = actor_for(a_moderator(session, name="Celeste Ray"))
        join(session, evening.room_id, celeste, now=evening.now)
    return celeste


def outside(evening: Evening, who: Actor) -> Outside | None:
    with evening.database.read() as session:
        return why_outside(session, session.get_one(Room, evening.room_id), who, now=evening.now)


def alerts(evening: Evening) -> list[tuple[str, str, str]]:
    with evening.database.read() as session:
        found = open_flags(session, f"room:{evening.room_id}")
        return [(one.source, one.known_as, one.state) for one in found]
