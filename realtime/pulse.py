"""A few times a second: votes, presence and hands as absolute numbers, with the top number of the stream."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from realtime import words
from realtime.eventlog import PUB, heads
from realtime.models import Participant
from realtime.presence import count_here
from realtime.snapshot import votes_of

TICK_SECONDS = 0.3
_SAY_AGAIN_AFTER = round(5 / TICK_SECONDS)


def pulse_of(session: Session, room_id: str, *, now: datetime) -> dict[str, Any]:
    """The room's numbers now; presence is rounded, so that nobody can tell who came or left."""
    raised = Participant.room_id == room_id, Participant.hand_at.is_not(None)
    return {
        "seq": heads(session, room_id, [PUB])[PUB],
        "votes": votes_of(session, room_id),
        "present": words.rounded(count_here(session, room_id, now=now)),
        "hands": session.scalar(select(func.count()).select_from(Participant).where(*raised)) or 0,
    }


@dataclass
class Heartbeat:
    """Says a room's numbers when they change, and every few seconds anyway."""

    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    quiet: dict[str, int] = field(default_factory=dict)

    def is_worth_saying(self, room_id: str, pulse: dict[str, Any]) -> bool:
        self.quiet[room_id] = self.quiet.get(room_id, 0) + 1
        if self.said.get(room_id) == pulse and self.quiet[room_id] < _SAY_AGAIN_AFTER:
            return False
        self.said[room_id], self.quiet[room_id] = pulse, 0
        return True

    def forget(self, room_id: str) -> None:
        self.said.pop(room_id, None)
        self.quiet.pop(room_id, None)
