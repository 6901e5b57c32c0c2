"""What moderators do with a question. Each act looks at the state it finds, under the room's lock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from foundation.audit import record
from realtime.alerts import claim_alert_of
from realtime.claiming import (
    CLAIM_LASTS,
    Claim,
    claim_next,
    held_by_another,
    holder_name,
    is_renewal,
    renew,
)
from realtime.errors import BadPayload, ClaimedByAnother, RoomClosed, Stale, UnknownQuestion, WrongState
from realtime.models import Question
from realtime.question_acts import ACTS, Desk, Order, find_question, finish_answering
from realtime.questions import Action, State, next_state
from realtime.retries import first_result, remember
from realtime.room import enter, require_moderator
from realtime.telling import tell_question

__all__ = [
    "CLAIM_LASTS", "MOST_AT_ONCE", "Order", "claim_next", "finish_answering", "held_by_another", "moderate",
    "moderate_many",
]  # fmt: skip
MOST_AT_ONCE = 100
FOR_MANY = frozenset({Action.APPROVE, Action.REJECT, Action.ARCHIVE})


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
    result = _carry_out(Desk(session, room, actor, order, now))
    return remember(session, room, actor.person_id, client_id, result) if client_id else result


def moderate_many(
    session: Session,
    room_id: str,
    actor: Actor,
    question_ids: Sequence[str],
    action: str,
    *,
    versions: Sequence[int] = (),
    reason: str | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Approve, reject or archive up to a hundred at once, in the order they came.

    `versions` are those that were read, one for each: to approve, they are needed. Returns `done`, the ids,
    and `left`, `{question, code}` of those that somebody else has, that changed or that moved on.
    """
    room = enter(session, room_id)
    require_moderator(session, room, actor)
    _require_such_a_batch(question_ids, versions, action)
    read = dict(zip(question_ids, versions, strict=bool(versions)))
    done, left = [], []
    for question_id in dict.fromkeys(question_ids):
        order = Order(question_id, action, version=read.get(question_id), reason=reason)
        desk = Desk(session, room, actor, order, now)
        try:
            _carry_out(desk)
            done.append(question_id)
        except (ClaimedByAnother, Stale, WrongState, UnknownQuestion) as refusal:
            left.append({"question": question_id, "code": refusal.code})
    return {"done": done, "left": left}


def _require_such_a_batch(question_ids: Sequence[str], versions: Sequence[int], action: str) -> None:
    """What nobody has read as it now is does not become public with others."""
    if action not in FOR_MANY or not 1 <= len(question_ids) <= MOST_AT_ONCE:
        raise BadPayload(f"Between one and {MOST_AT_ONCE} questions can be approved, returned or put away.")
    if len(versions) not in {0, len(question_ids)} or (action == Action.APPROVE and not versions):
        raise BadPayload("Say the version of each question that you read, in the same order.")


def _carry_out(desk: Desk) -> dict[str, Any]:
    question, action = find_question(desk.session, desk.room, desk.order.question_id), _action(desk.order)
    if action is Action.CLAIM and question.state == State.ESCALATED:
        claim_alert_of(desk.session, desk.room, desk.actor, question.id, now=desk.now)
        return _result(question)
    _require_may_act(desk, question, action)
    if action is Action.CLAIM and is_renewal(question, desk.actor.person_id):
        renew(Claim(desk.session, desk.room, desk.actor, desk.now), question)
        return _result(question)
    _move(desk, question, action)
    return _result(question)


def _move(desk: Desk, question: Question, action: Action) -> None:
    was = question.state
    ACTS[action](desk, question)
    question.state = str(next_state(was, action))
    question.version += 1
    desk.session.flush()
    tell_question(desk.session, desk.room, question, was=was, now=desk.now)
    record(
        desk.session, actor=desk.actor.person_id, action=f"question.{action}", kind="question",
        object_id=question.id, now=desk.now, detail={"state": question.state},
    )  # fmt: skip


def _action(order: Order) -> Action:
    """Withdrawing is for authors alone."""
    if order.action not in ACTS:
        raise BadPayload()
    return Action(order.action)


def _require_may_act(desk: Desk, question: Question, action: Action) -> None:
    if desk.room.state == "closed" and action is not Action.REPLY:
        raise RoomClosed()
    now_there: dict[str, Any] = {"state": question.state, "version": question.version}
    if desk.order.version is not None and desk.order.version != question.version:
        raise Stale(**now_there)
    if next_state(question.state, action) is None:
        raise WrongState(**now_there)
    taking = action is Action.TAKE_OVER
    if not taking and held_by_another(question, desk.actor.person_id, desk.now):
        raise ClaimedByAnother(f"{holder_name(desk.session, question)} has this one.", **now_there)


def _result(question: Question) -> dict[str, Any]:
    return {"question": question.id, "state": str(question.state), "version": question.version}
