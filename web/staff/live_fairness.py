"""How the evening is shared out, in words, from counts alone."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from realtime.models import Question, Room
from realtime.questions import State
from realtime.queue import counts_of


def fairness(session: Session, room: Room, *, now: datetime) -> str:
    counts = counts_of(session, room.id)
    said = f"{room.asked} asked, {counts['answered']} answered, {counts['listed']} in the list."
    oldest = _oldest_in_list(session, room.id)
    waits = f" Longest wait {int((now - oldest).total_seconds()) // 60} min." if oldest else ""
    return f"{said} Order: votes, then waiting time.{waits} {_answered_twice(session, room.id)}"


def _oldest_in_list(session: Session, room_id: str) -> datetime | None:
    live = Question.room_id == room_id, Question.state == State.LIVE
    return session.scalar(select(func.min(Question.live_at)).where(*live))


def _answered_twice(session: Session, room_id: str) -> str:
    done = Question.room_id == room_id, Question.state == State.ANSWERED
    twice = select(Question.participant_id).where(*done).group_by(Question.participant_id)
    people = session.scalar(select(func.count()).select_from(twice.having(func.count() > 1).subquery())) or 0
    if people == 0:
        return "Nobody has been answered twice."
    return (
        "One person has been answered twice." if people == 1 else f"{people} people have been answered twice."
    )
