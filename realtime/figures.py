"""The figures of an evening, from its rows; no sealed text is opened for them."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from realtime.fairness import Asked, Fairness, Hands, fairness
from realtime.models import Participant, Question


def fairness_of(session: Session, room_id: str, *, now: datetime) -> Fairness:
    """They stay when the evening's words have been erased."""
    rows = session.execute(
        select(
            Question.id, Question.participant_id, Question.state, Question.asked_at, Question.live_at,
            Question.answering_at, Question.merged_into,
        ).where(Question.room_id == room_id)
    )  # fmt: skip
    return fairness([Asked(*row) for row in rows], _hands(session, room_id), now=now)


def _hands(session: Session, room_id: str) -> Hands:
    sums = select(func.sum(Participant.raised), func.sum(Participant.spoken))
    raised, invited = session.execute(sums.where(Participant.room_id == room_id)).one()
    return Hands(int(raised or 0), int(invited or 0))
