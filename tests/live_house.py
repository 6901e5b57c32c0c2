"""Rooms in a running house: an evening that has begun, its people, and tokens for their sockets."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from auth.people import Person
from auth.tokens import issue_token
from cli.wiring import utc_now
from foundation.database import Database
from realtime.eventlog import PUB, append, events_after, payload
from realtime.models import Room
from realtime.room import enter, find_room
from scheduling.meetings import current_occurrence, find_meeting
from tests.builders.people import a_member, a_moderator
from tests.builders.scheduling import a_meeting

_evenings = count(1)
_MOST_EVENTS = 100_000


@dataclass(frozen=True)
class LiveEvening:
    """A meeting about to begin, a moderator, and members; `tokens` are in the order of `members`."""

    database: Database
    slug: str
    moderator: Person
    desk_token: str
    members: list[Person]
    tokens: list[str]

    def room(self) -> Room:
        """Once somebody has come in."""
        with self.database.read() as session:
            meeting = find_meeting(session, self.slug)
            found = find_room(session, current_occurrence(session, meeting, now=utc_now()))
            assert found is not None
            return found

    def told(self, stream: str = PUB) -> list[dict[str, Any]]:
        """Every event of a stream, as the database has it."""
        with self.database.read() as session:
            kept = events_after(session, self.room().id, stream, 0, limit=_MOST_EVENTS)
            return [payload(one) for one in kept]

    def write_lines(self, how_many: int, text: str = "A line", *, at_once: int = 100) -> int:
        """Chat lines put straight into the log, so many in one commit; the last one's number."""
        room_id, last = self.room().id, 0
        for begins in range(0, how_many, at_once):
            with self.database.write() as session:
                room = enter(session, room_id)
                for number in range(begins, min(begins + at_once, how_many)):
                    body = {"id": f"line{number}", "who": "Tin Roof", "text": f"{text} {number}"}
                    last = append(session, room, PUB, "chat", body, now=utc_now())
        return last


def a_live_evening(database: Database, members: int = 2, *, tokens_each: int = 1) -> LiveEvening:
    """Begins in five minutes, so that the room can be opened now."""
    begins, now = utc_now() + timedelta(minutes=5), utc_now()
    slug = f"live-{next(_evenings)}"
    with database.write() as session:
        moderator = a_moderator(session, name="Jonah Reed", now=now)
        people = [a_member(session, name=f"Member {number}", now=now) for number in range(members)]
        a_meeting(
            session, slug=slug, timezone="UTC", moderators=[moderator],
            weekday=begins.weekday(), minute_of_day=begins.hour * 60 + begins.minute,
        )  # fmt: skip
        desk = issue_token(session, moderator, label="Desk", now=now)
        tokens = [
            issue_token(session, one, label="Phone", now=now) for one in people for _ in range(tokens_each)
        ]
    return LiveEvening(database, slug, moderator, desk, people, tokens)
