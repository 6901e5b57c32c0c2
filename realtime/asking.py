"""Ask, edit, withdraw: what a member may do with a question of their own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime import holding, written
from realtime.door import require_inside
from realtime.errors import AskingClosed, Muted, SlowDown, Stale, UnknownQuestion, WrongState
from realtime.joining import place_in_danger
from realtime.models import Participant, Question, Room
from realtime.numbering import give_number
from realtime.questions import Action, Policy, State, author_may
from realtime.retries import first_result, remember
from realtime.room import enter, participant_of, require_running
from realtime.sparing import QUESTIONS, spare_the_others
from realtime.telling import raise_alert, tell_question
from safety.screening import Tier, Verdict

_LONGEST_KEPT = 4000


@dataclass
class _Writing:
    """Somebody writes into the room that this transaction holds."""

    session: Session
    room: Room
    me: Participant
    text: str
    verdict: Verdict
    now: datetime

    @property
    def is_danger(self) -> bool:
        return self.verdict.tier is Tier.CRISIS


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
    writing = _begin(session, enter(session, room_id), actor, text, now)
    before = first_result(session, writing.room, actor.person_id, client_id)
    if before is not None:
        return before
    if not writing.is_danger:
        writing.text = written.clean(text, most=written.QUESTION_LETTERS)
        _require_may_ask(writing)
    question = _new_question(writing, anonymous)
    _arrive(writing, question)
    return remember(session, writing.room, actor.person_id, client_id, _result(question))


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
    writing = _begin(session, enter(session, room_id), actor, text, now)
    question = _own(writing, question_id)
    if writing.is_danger:
        return _hear_danger(writing, question)
    require_inside(writing.me, now)
    _require_author_may(writing.room, question, Action.EDIT, version)
    question.text = written.clean(text, most=written.QUESTION_LETTERS)
    question.original = None
    writing.text = question.text
    question.hold_reason = _why_held(writing) or "changed"
    return _changed(writing, question)


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
    writing = _Writing(session, room, participant_of(session, room, actor), "", Verdict(Tier.NONE), now)
    question = _own(writing, question_id)
    _require_author_may(room, question, Action.WITHDRAW, version)
    question.state = State.WITHDRAWN
    return _changed(writing, question)


def _begin(session: Session, room: Room, actor: Actor, text: str, now: datetime) -> _Writing:
    """Somebody in danger has a place here even when they were never let in."""
    verdict = written.read(text)
    in_danger = verdict.tier is Tier.CRISIS
    me = place_in_danger(session, room, actor, now) if in_danger else participant_of(session, room, actor)
    return _Writing(session, room, me, text[:_LONGEST_KEPT], verdict, now)


def _require_may_ask(writing: _Writing) -> None:
    me, room, now = writing.me, writing.room, writing.now
    require_inside(me, now)
    require_running(room)
    if me.muted_until is not None and me.muted_until > now:
        raise Muted()
    if room.policy == Policy.CLOSED:
        raise AskingClosed()
    if me.asked_at is not None and now < me.asked_at + timedelta(seconds=room.slow_seconds):
        raise SlowDown()
    spare_the_others(writing.session, me, QUESTIONS, now=now)


def _new_question(writing: _Writing, anonymous: bool) -> Question:
    room, me, now = writing.room, writing.me, writing.now
    room.asked += 1
    question = Question(
        room_id=room.id, participant_id=me.id, number=room.asked, text=writing.text,
        anonymous=anonymous, asked_at=now,
    )  # fmt: skip
    question.hold_reason = _why_held(writing)
    question.state = State.PENDING if question.hold_reason else State.LIVE
    question.twin_id = holding.twin_of(writing.session, room.id, writing.text)
    me.asked_at = now
    return question


def _arrive(writing: _Writing, question: Question) -> None:
    if writing.is_danger:
        question.state, question.hold_reason = State.ESCALATED, None
    writing.session.add(question)
    if question.state == State.LIVE:
        question.live_at = writing.now
        give_number(writing.session, question)
    writing.session.flush()
    if writing.is_danger:
        _alert(writing, question)
    tell_question(writing.session, writing.room, question, was=None, now=writing.now)


def _why_held(writing: _Writing) -> str | None:
    return holding.why_held(
        writing.session, writing.room, writing.me, writing.text, writing.verdict, now=writing.now
    )


def _own(writing: _Writing, question_id: str) -> Question:
    question = writing.session.get(Question, question_id)
    if question is None or question.participant_id != writing.me.id:
        raise UnknownQuestion()
    return question


def _require_author_may(room: Room, question: Question, action: Action, version: int | None) -> None:
    require_running(room)
    if version is not None and version != question.version:
        raise Stale(state=question.state, version=question.version)
    if not author_may(question.state, action):
        raise WrongState(state=question.state, version=question.version)


def _hear_danger(writing: _Writing, question: Question) -> dict[str, Any]:
    """What was still unread is held; what cannot be edited any more stays. Either way the person is heard."""
    _alert(writing, question)
    if question.state != State.PENDING:
        return {**_result(question), "state": State.ESCALATED.value}
    question.text, question.state, question.hold_reason = writing.text, State.ESCALATED, None
    return _changed(writing, question)


def _alert(writing: _Writing, question: Question) -> None:
    raise_alert(
        writing.session, writing.room, writing.me, source="question", source_id=question.id,
        text=writing.text, rule=writing.verdict.rule, now=writing.now,
    )  # fmt: skip


def _changed(writing: _Writing, question: Question) -> dict[str, Any]:
    question.version += 1
    writing.session.flush()
    tell_question(writing.session, writing.room, question, was=None, now=writing.now)
    return _result(question)


def _result(question: Question) -> dict[str, Any]:
    """`number` is the public one: null until the room reads the question."""
    return {
        "question": question.id,
        "number": question.public_number,
        "state": str(question.state),
        "version": question.version,
    }
