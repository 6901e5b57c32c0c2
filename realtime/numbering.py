"""The number that the room knows a question by: given when it is first public, so that there are no gaps
and nobody can count how many were held back."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from realtime.models import Question


def give_number(session: Session, question: Question) -> None:
    """The next number of its room, once; the caller holds the room."""
    if question.public_number is not None:
        return
    with session.no_autoflush:
        last = session.scalar(
            select(func.max(Question.public_number)).where(Question.room_id == question.room_id)
        )
    question.public_number = (last or 0) + 1
