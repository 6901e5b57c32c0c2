"""What moderators do with a question. Each act looks at the state it finds, under the room's lock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor
from foundation.audit import record
from realtime import words, written
from realtime.alerts import claim_alert_of
from realtime.errors import (
    BadPayload,
    BadReason,
    ClaimedByAnother,
    RoomClosed,
    Stale,
    Undisposed,
    UnknownQuestion,
    WrongState,
)
from realtime.models import Participant, Question, Room, Vote
from realtime.questions import Action, State, next_state
from realtime.retries import first_result, remember
from realtime.room import enter, first_name, first_names, require_moderator
from realtime.taking_part import count_votes
from realtime.telling import raise_alert, tell_question
from safety.flags import open_flags
from scheduling.meetings import hosts

CLAIM_LASTS = timedelta(minutes=2)
_MODERATORS_ACTIONS = frozenset(Action) - {Action.WITHDRAW, Action.ARCHIVE}


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
class _Desk:
    session: Session
    room: Room
    actor: Actor
    order: Order
    now: datetime


def moderate(
    session: Session, room_id: str, actor: Actor, order: Order, *, client_id: str | None = None, now: datetime
) -> dict[str, Any]:
    """Do it, or raise Stale, WrongState, ClaimedByAnother, BadReason, Undisposed, UnknownQuestion.

    With a client id, an act whose answer was lost can be sent again and is answered as it was.
    """
    room = enter(session, room_id)
    require_moderator(session, room, actor)
    before = first_result(session, room, actor.person_id, client_id) if client_id else None
    if before is not None:
        return before
    result = _carry_out(session, room, actor, order, now)
    return remember(session, room, actor.person_id, client_id, result) if client_id else result


def _carry_out(session: Session, room: Room, actor: Actor, order: Order, now: datetime) -> dict[str, Any]:
    question, action = _question(session, room, order.question_id), _action(order.action)
    if action is Action.CLAIM and question.state == State.ESCALATED:
        claim_alert_of(session, room, actor, question.id, now=now)
        return _result(question)
    desk, was = _Desk(session, room, actor, order, now), question.state
    _require_may_act(desk, question, action)
    _ACTS[action](desk, question)
    question.state = str(next_state(was, action))
    question.version += 1
    session.flush()
    tell_question(session, room, question, was=was, now=now)
    _note(desk, question, action)
    return _result(question)


def _question(session: Session, room: Room, question_id: str) -> Question:
    question = session.get(Question, question_id)
    if question is None or question.room_id != room.id:
        raise UnknownQuestion()
    return question


def _action(name: str) -> Action:
    if name not in _MODERATORS_ACTIONS:
        raise BadPayload()
    return Action(name)


def _require_may_act(desk: _Desk, question: Question, action: Action) -> None:
    if desk.room.state == "closed" and action is not Action.REPLY:
        raise RoomClosed()
    now_there: dict[str, Any] = {"state": question.state, "version": question.version}
    if desk.order.version is not None and desk.order.version != question.version:
        raise Stale(**now_there)
    if next_state(question.state, action) is None:
        raise WrongState(**now_there)
    if held_by_another(question, desk.actor.person_id, desk.now):
        name = first_names(desk.session, {question.claimed_by}).get(
            question.claimed_by or "", "Another moderator"
        )
        raise ClaimedByAnother(f"{name} has this one.", **now_there)


def held_by_another(question: Question, person_id: str, now: datetime) -> bool:
    """Whether somebody else claimed it within the last two minutes."""
    if question.claimed_by is None or question.claimed_at is None or question.claimed_by == person_id:
        return False
    return question.state == State.PENDING and now < question.claimed_at + CLAIM_LASTS


def _approve(desk: _Desk, question: Question) -> None:
    if desk.order.text is not None:
        _edit(desk, question)
    question.live_at, question.return_reason = desk.now, None


def _reject(desk: _Desk, question: Question) -> None:
    if desk.order.reason not in words.RETURNS:
        raise BadReason()
    question.return_reason, question.pinned_at = desk.order.reason, None


def _answer(desk: _Desk, question: Question) -> None:
    for other in _answering(desk.session, desk.room.id):
        finish_answering(desk.session, desk.room, other, now=desk.now)
    question.answering_at, question.answered_by = desk.now, _who_answers(desk)
    question.pinned_at = None


def finish_answering(session: Session, room: Room, question: Question, *, now: datetime) -> None:
    """One question at a time is answered: the one before is done."""
    was = question.state
    question.state, question.answered_at = State.ANSWERED, now
    question.version += 1
    session.flush()
    tell_question(session, room, question, was=was, now=now)


def _answering(session: Session, room_id: str) -> list[Question]:
    these = Question.room_id == room_id, Question.state == State.ANSWERING
    return list(session.scalars(select(Question).where(*these)))


def _who_answers(desk: _Desk) -> str:
    leading = hosts(desk.session, desk.room.meeting_id)
    mine = [host for host in leading if host.id == desk.actor.person_id]
    name = (mine or leading)[0].name if leading else desk.actor.name
    return first_name(name)


def _done(desk: _Desk, question: Question) -> None:
    question.answered_at = desk.now
    question.pinned_at = None


def _restore(desk: _Desk, question: Question) -> None:
    """Back to the list, or back to the queue for one that was returned or held for a person's sake."""
    place = f"room:{desk.room.id}"
    flagged = any(flag.source_id == question.id for flag in open_flags(desk.session, place))
    if question.state == State.ESCALATED and flagged:
        raise Undisposed("Say first how the alert about it ended.")
    question.answering_at, question.answered_at, question.return_reason = None, None, None
    question.hold_reason = question.hold_reason or "worry"


def _merge(desk: _Desk, question: Question) -> None:
    target = _question(desk.session, desk.room, desk.order.into or question.twin_id or "")
    if target.id == question.id or target.state not in {State.PENDING, State.LIVE, State.ANSWERING}:
        raise WrongState("Merge it into a question that is waiting or in the room.")
    _move_votes(desk.session, question, target)
    question.merged_into, target.version = target.id, target.version + 1
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


def _pin(desk: _Desk, question: Question) -> None:
    question.pinned_at = None if question.pinned_at else desk.now


def _claim(desk: _Desk, question: Question) -> None:
    question.claimed_by, question.claimed_at = desk.actor.person_id, desk.now


def _escalate(desk: _Desk, question: Question) -> None:
    author = desk.session.get_one(Participant, question.participant_id)
    question.pinned_at = None
    raise_alert(
        desk.session, desk.room, author, source="question", source_id=question.id,
        text=question.text, rule="a moderator", now=desk.now,
    )  # fmt: skip


def _edit(desk: _Desk, question: Question) -> None:
    question.original = question.original or question.text
    question.text = written.clean(desk.order.text or "", most=written.QUESTION_LETTERS)


def _reply(desk: _Desk, question: Question) -> None:
    question.reply = written.clean(desk.order.text or "", most=written.REPLY_LETTERS)


_ACTS: dict[Action, Callable[[_Desk, Question], None]] = {
    Action.APPROVE: _approve,
    Action.REJECT: _reject,
    Action.ANSWER: _answer,
    Action.DONE: _done,
    Action.RESTORE: _restore,
    Action.MERGE: _merge,
    Action.PIN: _pin,
    Action.CLAIM: _claim,
    Action.ESCALATE: _escalate,
    Action.EDIT: _edit,
    Action.REPLY: _reply,
}


def _note(desk: _Desk, question: Question, action: Action) -> None:
    record(
        desk.session, actor=desk.actor.person_id, action=f"question.{action}", kind="question",
        object_id=question.id, now=desk.now, detail={"state": question.state},
    )  # fmt: skip


def _result(question: Question) -> dict[str, Any]:
    return {"question": question.id, "state": str(question.state), "version": question.version}
