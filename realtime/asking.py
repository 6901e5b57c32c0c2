"""Ask, edit, withdraw: what a member may do with a question of their own."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime import written
from realtime.errors import AskingClosed, Muted, Removed, SlowDown, Stale, UnknownQuestion, WrongState
from realtime.models import Participant, Question, Room
from realtime.presence import has_moderator
from realtime.questions import Action, Arrival, Policy, State, author_may, hold_reason
from realtime.retries import first_result, remember
from realtime.room import enter, participant_of, require_running
from realtime.telling import raise_alert, tell_question
from safety.screening import Tier, Verdict

_LONGEST_KEPT = 4000


def ask(
    session: Session,
    room_id: str,
    actor: Actor,
    *,
    client_id: str,
    text: str,
    anonymous: bool = True,
    now: datetime,
) -> dict[str, Any]:
    """Send a question. It is screened first: neither a limit nor a closed door hides somebody in danger."""
    room = enter(session, room_id)
    me = participant_of(session, room, actor)
    before = first_result(session, room, actor.person_id, client_id)
    if before is not None:
        return before
    verdict = written.read(text)
    if verdict.tier is not Tier.CRISIS:
        text = written.clean(text, most=written.QUESTION_LETTERS)
        _require_may_ask(room, me, now)
    question = _new_question(session, room, me, text[:_LONGEST_KEPT], anonymous, verdict, now)
    _arrive(session, room, me, question, verdict, now)
    return remember(session, room, actor.person_id, client_id, _result(question))


def edit(
    session: Session,
    room_id: str,
    actor: Actor,
    question_id: str,
    *,
    text: str,
    version: int | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Change the words while nobody else has seen them.

    Raises Stale, WrongState, UnknownQuestion, Removed.
    """
    room = enter(session, room_id)
    me = participant_of(session, room, actor)
    question = _own(session, me, question_id)
    verdict = written.read(text)
    if verdict.tier is Tier.CRISIS:
        return _hear_danger(session, room, me, question, text[:_LONGEST_KEPT], verdict, now)
    if me.removed_at is not None:
        raise Removed()
    _require_author_may(room, question, Action.EDIT, version)
    question.text = written.clean(text, most=written.QUESTION_LETTERS)
    question.hold_reason = _worse(verdict, question.text) or question.hold_reason
    return _changed(session, room, question, now)


def withdraw(
    session: Session,
    room_id: str,
    actor: Actor,
    question_id: str,
    *,
    version: int | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Take it back while nobody else has seen it."""
    room = enter(session, room_id)
    question = _own(session, participant_of(session, room, actor), question_id)
    _require_author_may(room, question, Action.WITHDRAW, version)
    question.state = State.WITHDRAWN
    return _changed(session, room, question, now)


def _require_may_ask(room: Room, me: Participant, now: datetime) -> None:
    if me.removed_at is not None:
        raise Removed()
    require_running(room)
    if me.muted_until is not None and me.muted_until > now:
        raise Muted()
    if room.policy == Policy.CLOSED:
        raise AskingClosed()
    if me.asked_at is not None and now < me.asked_at + timedelta(seconds=room.slow_seconds):
        raise SlowDown()


def _new_question(
    session: Session, room: Room, me: Participant, text: str, anonymous: bool, verdict: Verdict, now: datetime
) -> Question:
    room.asked += 1
    question = Question(
        room_id=room.id, participant_id=me.id, number=room.asked, text=text, anonymous=anonymous, asked_at=now
    )
    question.hold_reason = hold_reason(_arrival(session, room, me, text, verdict, now))
    question.state = State.PENDING if question.hold_reason else State.LIVE
    question.twin_id = written.alike(text, _public_texts(session, room.id))
    me.asked_at = now
    return question


def _arrive(
    session: Session, room: Room, me: Participant, question: Question, verdict: Verdict, now: datetime
) -> None:
    if verdict.tier is Tier.CRISIS:
        question.state, question.hold_reason = State.ESCALATED, None
    if question.state == State.LIVE:
        question.live_at = now
    session.add(question)
    session.flush()
    if verdict.tier is Tier.CRISIS:
        _alert(session, room, me, question, question.text, verdict, now)
    tell_question(session, room, question, was=None, now=now)


def _arrival(
    session: Session, room: Room, me: Participant, text: str, verdict: Verdict, now: datetime
) -> Arrival:
    let_in = (
        select(Question.id).where(Question.participant_id == me.id, Question.live_at.is_not(None)).limit(1)
    )
    return Arrival(
        policy=room.policy,
        has_moderator=has_moderator(session, room.id, now=now),
        paused=room.state == "paused",
        is_first=session.scalar(let_in) is None,
        screened=verdict.tier.value,
        has_contact=written.has_contact(text),
    )


def _public_texts(session: Session, room_id: str) -> dict[str, str]:
    asked = Question.room_id == room_id, Question.state.in_([State.LIVE, State.ANSWERING])
    return {one.id: one.text for one in session.scalars(select(Question).where(*asked))}


def _own(session: Session, me: Participant, question_id: str) -> Question:
    question = session.get(Question, question_id)
    if question is None or question.participant_id != me.id:
        raise UnknownQuestion()
    return question


def _require_author_may(room: Room, question: Question, action: Action, version: int | None) -> None:
    require_running(room)
    if version is not None and version != question.version:
        raise Stale(state=question.state, version=question.version)
    if not author_may(question.state, action):
        raise WrongState(state=question.state, version=question.version)


def _worse(verdict: Verdict, text: str) -> str | None:
    if verdict.tier in {Tier.WORRY, Tier.ABUSE}:
        return verdict.tier.value
    return "contact" if written.has_contact(text) else None


def _hear_danger(
    session: Session,
    room: Room,
    me: Participant,
    question: Question,
    text: str,
    verdict: Verdict,
    now: datetime,
) -> dict[str, Any]:
    """What was still unread is held; what cannot be edited any more stays. Either way the person is heard."""
    _alert(session, room, me, question, text, verdict, now)
    if question.state != State.PENDING:
        return {**_result(question), "state": State.ESCALATED.value}
    question.text, question.state, question.hold_reason = text, State.ESCALATED, None
    return _changed(session, room, question, now)


def _alert(
    session: Session,
    room: Room,
    me: Participant,
    question: Question,
    text: str,
    verdict: Verdict,
    now: datetime,
) -> None:
    raise_alert(
        session, room, me, source="question", source_id=question.id, text=text, rule=verdict.rule, now=now
    )


def _changed(session: Session, room: Room, question: Question, now: datetime) -> dict[str, Any]:
    question.version += 1
    session.flush()
    tell_question(session, room, question, was=None, now=now)
    return _result(question)


def _result(question: Question) -> dict[str, Any]:
    return {
        "question": question.id,
        "number": question.number,
        "state": str(question.state),
        "version": question.version,
    }
