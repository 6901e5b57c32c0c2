"""Each thing that a moderator can do with a question, short of the move from state to state."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime import desk_words, words, written
from realtime.claiming import Claim, holder_name, tell_taken
from realtime.errors import BadReason, Undisposed, UnknownQuestion, WrongState
from realtime.hosting import host_ids, leader_name
from realtime.models import Participant, Question, Room, Vote
from realtime.numbering import give_number
from realtime.questions import Action, State
from realtime.room import first_name
from realtime.taking_part import count_votes
from realtime.telling import PLACE, raise_alert, tell_question
from safety.flags import open_flags


@dataclass(frozen=True)
class Order:
    """One act. `reason` is for reject, `into` for merge, `text` for edit, reply or approve."""

    question_id: str
    action: str
    version: int | None = None
    reason: str | None = None
    into: str | None = None
    text: str | None = None


@dataclass
class Desk:
    session: Session
    room: Room
    actor: Actor
    order: Order
    now: datetime


def find_question(session: Session, room: Room, question_id: str) -> Question:
    """Raises UnknownQuestion, also for a question of another room."""
    question = session.get(Question, question_id)
    if question is None or question.room_id != room.id:
        raise UnknownQuestion()
    return question


def finish_answering(session: Session, room: Room, question: Question, *, now: datetime) -> None:
    """One question at a time is answered: the one before is done."""
    was = question.state
    question.state, question.answered_at = State.ANSWERED, now
    question.version += 1
    session.flush()
    tell_question(session, room, question, was=was, now=now)


def _approve(desk: Desk, question: Question) -> None:
    if desk.order.text is not None:
        _edit(desk, question)
    question.live_at, question.return_reason = desk.now, None
    give_number(desk.session, question)


def _reject(desk: Desk, question: Question) -> None:
    if desk.order.reason not in words.RETURNS:
        raise BadReason()
    question.return_reason, question.pinned_at = desk.order.reason, None


def _archive(_desk: Desk, question: Question) -> None:
    question.pinned_at = None


def _answer(desk: Desk, question: Question) -> None:
    these = Question.room_id == desk.room.id, Question.state == State.ANSWERING
    for other in desk.session.scalars(select(Question).where(*these)).all():
        finish_answering(desk.session, desk.room, other, now=desk.now)
    question.answering_at, question.answered_by = desk.now, _who_answers(desk)
    question.pinned_at = None


def _who_answers(desk: Desk) -> str:
    """Whoever took over leading; else the host who pressed it, the first host, or whoever it was."""
    if desk.room.host_id is None and desk.actor.person_id in host_ids(desk.session, desk.room):
        return first_name(desk.actor.name)
    return leader_name(desk.session, desk.room) or first_name(desk.actor.name)


def _done(desk: Desk, question: Question) -> None:
    question.answered_at = desk.now
    question.pinned_at = None


def _restore(desk: Desk, question: Question) -> None:
    """Back to the list, or back to the queue for one that was put aside or held for a person's sake."""
    place = f"{PLACE}{desk.room.id}"
    flagged = any(flag.source_id == question.id for flag in open_flags(desk.session, place))
    if question.state == State.ESCALATED and flagged:
        raise Undisposed("Say first how the alert about it ended.")
    if question.state not in {State.ANSWERING, State.ANSWERED}:
        question.hold_reason = question.hold_reason or "back"
        question.live_at = None  # its author may change it now: what waits again was never public
    question.answering_at, question.answered_at, question.return_reason = None, None, None
    question.claimed_by, question.claimed_at = None, None


def _merge(desk: Desk, question: Question) -> None:
    target = find_question(desk.session, desk.room, desk.order.into or question.twin_id or "")
    if target.id == question.id or target.state not in {State.PENDING, State.LIVE, State.ANSWERING}:
        raise WrongState("Merge it into a question that is waiting or in the room.")
    _move_votes(desk.session, question, target)
    question.merged_into, target.version = target.id, target.version + 1
    question.pinned_at = None
    desk.session.flush()
    tell_question(desk.session, desk.room, target, was=target.state, now=desk.now)


def _move_votes(session: Session, question: Question, target: Question) -> None:
    """Each voter counts once, and so does whoever asked it in other words."""
    cast = select(Vote.participant_id).where(Vote.question_id == question.id)
    already = set(session.scalars(select(Vote.participant_id).where(Vote.question_id == target.id)))
    for voter in sorted(
        {*session.scalars(cast), question.participant_id} - already - {target.participant_id}
    ):
        session.add(Vote(question_id=target.id, participant_id=voter))
    target.votes = count_votes(session, target.id)


def _pin(desk: Desk, question: Question) -> None:
    question.pinned_at = None if question.pinned_at else desk.now


def _claim(desk: Desk, question: Question) -> None:
    question.claimed_by, question.claimed_at = desk.actor.person_id, desk.now


def _take_over(desk: Desk, question: Question) -> None:
    """Go on with what another began; they are told."""
    before = holder_name(desk.session, question)
    claim = Claim(desk.session, desk.room, desk.actor, desk.now)
    if question.claimed_by not in {None, desk.actor.person_id}:
        tell_taken(claim, question, before)
    _claim(desk, question)


def _escalate(desk: Desk, question: Question) -> None:
    author = desk.session.get_one(Participant, question.participant_id)
    question.pinned_at = None
    raise_alert(
        desk.session, desk.room, author, source="question", source_id=question.id,
        text=question.text, rule="a moderator", now=desk.now,
    )  # fmt: skip


def _edit(desk: Desk, question: Question) -> None:
    """Other words for the room; the author's own are kept, unless nothing changed after all."""
    own = question.original or question.text
    question.text = written.clean(desk.order.text or "", most=written.QUESTION_LETTERS)
    question.original = own if question.text != own else None


def _reply(desk: Desk, question: Question) -> None:
    question.reply = written.clean(desk.order.text or "", most=written.REPLY_LETTERS)
    author = desk.session.get_one(Participant, question.participant_id)
    desk_words.heed(desk.session, desk.room, desk.actor, author, question.reply, now=desk.now)


ACTS: dict[Action, Callable[[Desk, Question], None]] = {
    Action.APPROVE: _approve,
    Action.REJECT: _reject,
    Action.ARCHIVE: _archive,
    Action.ANSWER: _answer,
    Action.DONE: _done,
    Action.RESTORE: _restore,
    Action.MERGE: _merge,
    Action.PIN: _pin,
    Action.CLAIM: _claim,
    Action.TAKE_OVER: _take_over,
    Action.ESCALATE: _escalate,
    Action.EDIT: _edit,
    Action.REPLY: _reply,
}
