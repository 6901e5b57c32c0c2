"""The room as a whole: open, hold everything, policy, chat, close."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor
from foundation.audit import record
from realtime.errors import BadPayload, NoModerator, RoomClosed, RoomNotOpen, Undisposed
from realtime.holding import tell_true_reasons
from realtime.models import Question, Room
from realtime.presence import has_moderator
from realtime.question_acts import finish_answering
from realtime.questions import Policy, State
from realtime.room import RUNNING, enter, require_moderator
from realtime.stages import become
from realtime.stays import forget_the_lobby, note_stays
from realtime.telling import PLACE, tell_question, tell_room
from realtime.views import desk_room_view
from safety.flags import open_flags

MOST_SLOW_SECONDS = 3600


@dataclass(frozen=True)
class Steer:
    """What to change; None leaves it. `panic=False`, like `open`, lets a held room go on."""

    policy: str | None = None
    slow: int | None = None
    chat: bool | None = None
    recorded: bool | None = None
    open: bool = False
    close: bool = False
    panic: bool | None = None


def steer(session: Session, room_id: str, actor: Actor, change: Steer, *, now: datetime) -> dict[str, Any]:
    """Change the room. Raises NoModerator, Undisposed, RoomClosed, RoomNotOpen, BadPayload."""
    room = enter(session, room_id)
    require_moderator(session, room, actor)
    if room.state == "closed":
        raise RoomClosed("The room is closed. The next evening has a room of its own.")
    _set(room, change)
    if change.panic:
        hold_everything(room, "panic")
    if change.open or change.panic is False:
        _open(session, room, now)
    if change.close:
        if room.state not in RUNNING:
            raise RoomNotOpen("The room has not been open yet, so there is nothing to close.")
        close(session, room, now=now)
    session.flush()
    tell_room(session, room, now=now)
    record(session, actor=actor.person_id, action="room.steer", kind="room", object_id=room.id, now=now,
           detail={"state": room.state, "policy": room.policy})  # fmt: skip
    return {"room": desk_room_view(room)}


def hold_everything(room: Room, why: str) -> None:
    """New questions and chat wait until a moderator lets the room go on."""
    if room.state not in RUNNING:
        raise RoomNotOpen()
    become(room, "paused")
    room.paused_why = why


def hold_if_unattended(session: Session, room_id: str, *, now: datetime) -> bool:
    """Hold an open room whose last moderator has dropped. Says whether it did."""
    room = enter(session, room_id)
    if room.state != "open" or has_moderator(session, room.id, now=now):
        return False
    hold_everything(room, "absence")
    session.flush()
    tell_room(session, room, now=now)
    return True


def close(session: Session, room: Room, *, now: datetime) -> None:
    """End the evening; the caller holds the room. Raises Undisposed while somebody still needs a person."""
    if open_flags(session, f"{PLACE}{room.id}"):
        raise Undisposed()
    become(room, "closed")
    room.closed_at, room.paused_why = now, None
    note_stays(session, room, now=now)
    for question in _unfinished(session, room.id):
        _put_away(session, room, question, now)


def _set(room: Room, change: Steer) -> None:
    if change.policy is not None:
        if change.policy not in set(Policy):
            raise BadPayload("The policy is open, first_held, all_held or closed.")
        room.policy = change.policy
    if change.slow is not None:
        if not 0 <= change.slow <= MOST_SLOW_SECONDS:
            raise BadPayload("Slow mode takes seconds, from 0 to 3600.")
        room.slow_seconds = change.slow
    if change.chat is not None:
        room.chat_on = change.chat
    if change.recorded is not None:
        room.recorded = change.recorded


def _open(session: Session, room: Room, now: datetime) -> None:
    if not has_moderator(session, room.id, now=now):
        raise NoModerator()
    goes_on = room.state == "paused"
    become(room, "open")
    room.paused_why = None
    if room.opened_at is None:
        room.opened_at = now
        forget_the_lobby(session, room)
    if goes_on:
        tell_true_reasons(session, room, now=now)


def _unfinished(session: Session, room_id: str) -> list[Question]:
    these = Question.state.in_([State.PENDING, State.LIVE, State.ANSWERING])
    return list(
        session.scalars(select(Question).where(Question.room_id == room_id, these).order_by(Question.number))
    )


def _put_away(session: Session, room: Room, question: Question, now: datetime) -> None:
    if question.state == State.ANSWERING:
        finish_answering(session, room, question, now=now)
        return
    was, question.state = question.state, State.ARCHIVED
    question.version += 1
    session.flush()
    tell_question(session, room, question, was=was, now=now)
