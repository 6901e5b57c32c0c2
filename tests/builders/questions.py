"""What stories at the desk ask about questions, and a second moderator."""

from typing import Any

from auth.actor import Actor
from realtime.eventlog import events_since, payload
from realtime.models import Question, Room
from realtime.room import find_participant
from realtime.snapshot import Seat, about_me
from tests.builders.rooms import Evening


def told(evening: Evening, kind: str, stream: str = "mod") -> list[dict[str, Any]]:
    with evening.database.read() as session:
        events = [one for one in events_since(session, evening.room_id, 0) if one.stream == stream]
        return [one for one in map(payload, events) if one["kind"] == kind]


def own(evening: Evening, who: Actor) -> list[dict[str, Any]]:
    """What this member reads of their own questions, on the page and by socket alike."""
    with evening.database.read() as session:
        place = find_participant(session, evening.room_id, who.person_id)
        assert place is not None
        room = session.get_one(Room, evening.room_id)
        shown: list[dict[str, Any]] = about_me(session, room, Seat(place, False), "x")["questions"]
    last = {one["question"]["id"]: one["question"] for one in told(evening, "question", f"member:{place.id}")}
    assert [last[one["id"]] for one in shown] == shown
    return shown


def question(evening: Evening, one: str) -> Question:
    with evening.database.read() as session:
        return session.get_one(Question, one)
