"""The last ear: what speaks of danger reaches a person, though the command that carried it was refused.

A limit, a closed door, a wrong field, an id used before: none of them is a reason to hear nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime.joining import place_in_danger
from realtime.models import Participant, Room
from realtime.payloads import Data, whole
from realtime.questions import State
from realtime.room import enter
from realtime.telling import PLACE, raise_alert
from realtime.written import is_crisis, read
from safety.flags import Flag

_SAID_TO_ALL = frozenset({"ask", "edit", "chat"})
_SAID_TO_THE_TEAM = frozenset({"concern", "line"})
_LONGEST_KEPT = 4000


@dataclass(frozen=True)
class Said:
    """One event of a socket, with the words in it if it carries any."""

    event: str
    data: Data

    @property
    def text(self) -> str:
        written = self.data.sent("text")
        by_member = self.event in _SAID_TO_ALL | _SAID_TO_THE_TEAM
        return whole(written) if by_member and isinstance(written, str) else ""

    @property
    def speaks_of_danger(self) -> bool:
        return is_crisis(self.text)

    def was_missed(self, answer: Mapping[str, Any]) -> bool:
        """Whether a member's words of danger were answered as if they were any words.

        What was said to the team and was not refused has reached it.
        """
        to_the_team = self.event in _SAID_TO_THE_TEAM or self.data.sent("backstage") is True
        return not to_the_team and answer.get("state") != State.ESCALATED and self.speaks_of_danger


def hear_anyway(session: Session, room_id: str, actor: Actor, text: str, *, now: datetime) -> dict[str, Any]:
    """Alert the desk to words that nothing else has heard; sent again, they are heard once."""
    room = enter(session, room_id)
    me, kept = place_in_danger(session, room, actor, now), text[:_LONGEST_KEPT]
    if not _is_known(session, room, me, kept):
        rule = read(text).rule
        raise_alert(session, room, me, source="chat", source_id=None, text=kept, rule=rule, now=now)
    return {"state": State.ESCALATED.value}


def _is_known(session: Session, room: Room, me: Participant, text: str) -> bool:
    of_mine = Flag.place == f"{PLACE}{room.id}", Flag.person_id == me.person_id, Flag.state != "disposed"
    return any(flag.text == text for flag in session.scalars(select(Flag).where(*of_mine)))
