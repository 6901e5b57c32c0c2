"""Live rooms for stories: a Friday evening with somebody at the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor, actor_for
from foundation.database import Database
from realtime.asking import ask
from realtime.joining import choose_name, join
from realtime.models import Room
from realtime.moderating import Order, moderate
from realtime.presence import be_seen
from realtime.room import room_of
from realtime.steering import Steer, steer
from scheduling.meetings import Meeting, current_occurrence
from tests.builders.people import a_member, a_moderator
from tests.builders.scheduling import a_meeting

_ids = count(1)
PSEUDONYMS = ("Second Cup", "North Porch", "Late Train", "Tin Roof", "Plain Bread", "Wide Field", "Wool Coat")


@dataclass
class Evening:
    """A room that stories act in; `desk` leads it, `members` sit in it."""

    database: Database
    meeting: Meeting
    room_id: str
    desk: Actor
    members: list[Actor]
    now: datetime

    def ask(
        self, actor: Actor, text: str = "How do you spend the first hour?", **more: Any
    ) -> dict[str, Any]:
        chosen: dict[str, Any] = {"client_id": f"c{next(_ids)}", "now": self.now} | more
        with self.database.write() as session:
            return ask(session, self.room_id, actor, text=text, **chosen)

    def moderate(self, question: str, action: str, by: Actor | None = None, **more: Any) -> dict[str, Any]:
        with self.database.write() as session:
            order = Order(question, action, **more)
            return moderate(session, self.room_id, by or self.desk, order, now=self.now)

    def steer(self, **change: Any) -> dict[str, Any]:
        with self.database.write() as session:
            be_seen(session, self.room_id, self.desk.person_id, moderates=True, now=self.now)
            return steer(session, self.room_id, self.desk, Steer(**change), now=self.now)

    def approved(self, actor: Actor, text: str = "What do you do on Sundays?") -> str:
        """A question that is in the room."""
        asked = self.ask(actor, text)
        self.moderate(asked["question"], "approve")
        return str(asked["question"])

    def room(self) -> Room:
        with self.database.read() as session:
            return session.get_one(Room, self.room_id)


def a_room(session: Session, meeting: Meeting, *, now: datetime) -> Room:
    """The room of the meeting's current evening."""
    return room_of(session, current_occurrence(session, meeting, now=now), now=now)


def an_evening(
    database: Database, *, now: datetime, members: int = 2, opened: bool = True, policy: str = "all_held"
) -> Evening:
    """An open room with a moderator named Jonah at the desk and members under names of their own."""
    with database.write() as session:
        jonah = a_moderator(session, name="Jonah Reed")
        meeting = a_meeting(session, title="Friday group", moderators=[jonah])
        people = [a_member(session, name=f"Member {n}") for n in range(members)]
        actors = [actor_for(one) for one in people]
        desk = actor_for(jonah)
        room = a_room(session, meeting, now=now)
        join(session, room.id, desk, now=now)
        for name, actor in zip(PSEUDONYMS, actors, strict=False):
            choose_name(session, room.id, actor, name, now=now)
        for actor in actors:
            join(session, room.id, actor, now=now)
    evening = Evening(database, meeting, room.id, desk, actors, now)
    if opened:
        evening.steer(open=True, policy=policy)
    return evening


def later(evening: Evening, **span: float) -> datetime:
    """Move the story's time on."""
    evening.now = evening.now + timedelta(**span)
    return evening.now
