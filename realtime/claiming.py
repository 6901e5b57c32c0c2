"""A claim keeps a waiting question for one moderator: two minutes, and anew while they work on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auth.actor import Actor
from foundation.audit import record
from realtime.eventlog import MOD, append
from realtime.models import Question, Room
from realtime.questions import State
from realtime.room import enter, first_name, first_names, require_moderator
from realtime.telling import tell_desk, tell_question

CLAIM_LASTS = timedelta(minutes=2)


@dataclass(frozen=True)
class Claim:
    """Who claims which question of the room that this transaction holds."""

    session: Session
    room: Room
    actor: Actor
    now: datetime


def held_by_another(question: Question, person_id: str, now: datetime) -> bool:
    """Whether somebody else claimed it within the last two minutes."""
    if question.claimed_by is None or question.claimed_at is None or question.claimed_by == person_id:
        return False
    return question.state == State.PENDING and now < question.claimed_at + CLAIM_LASTS


def holder_name(session: Session, question: Question) -> str:
    names = first_names(session, {question.claimed_by})
    return names.get(question.claimed_by or "", "Another moderator")


def is_renewal(question: Question, person_id: str) -> bool:
    """Whether a claim only says that its holder is still at it."""
    return question.state == State.PENDING and question.claimed_by == person_id


def renew(claim: Claim, question: Question) -> None:
    """Two more minutes, for the desk alone: the version stays, so that what is being typed is not stale."""
    question.claimed_at = claim.now
    claim.session.flush()
    tell_desk(claim.session, claim.room, question, now=claim.now)


def tell_taken(claim: Claim, question: Question, was_held_by: str) -> None:
    """Whoever had it hears at once that somebody else goes on with it."""
    told = {"question": question.id, "from": was_held_by, "by": first_name(claim.actor.name)}
    append(claim.session, claim.room, MOD, "taken", told, now=claim.now)


def claim_next(session: Session, room_id: str, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """Claim the one that nobody has and that most needs reading. `question` is None when none is left."""
    room = enter(session, room_id)
    require_moderator(session, room, actor)
    question = _next_free(session, room.id, now)
    if question is None:
        return {"question": None, "state": None, "version": None}
    question.claimed_by, question.claimed_at = actor.person_id, now
    question.version += 1
    session.flush()
    tell_question(session, room, question, was=question.state, now=now)
    record(
        session, actor=actor.person_id, action="question.claim", kind="question", object_id=question.id,
        now=now, detail={"state": question.state},
    )  # fmt: skip
    return {"question": question.id, "state": str(question.state), "version": question.version}


def _next_free(session: Session, room_id: str, now: datetime) -> Question | None:
    """What worries somebody first, then what has waited longest; none that anybody has, oneself included."""
    free = or_(Question.claimed_at.is_(None), Question.claimed_at <= now - CLAIM_LASTS)
    waiting = select(Question).where(Question.room_id == room_id, Question.state == State.PENDING, free)
    worried = Question.hold_reason == "worry"
    return session.scalars(waiting.order_by(worried.desc().nulls_last(), Question.number).limit(1)).first()
