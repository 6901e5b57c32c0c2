"""Vote, hand, chat, concern: what else a member may do in the room."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from auth.actor import Actor
from foundation.columns import new_id
from realtime import desk_words, written
from realtime.door import require_inside
from realtime.errors import ChatOff, HandNotNeeded, Muted, NotForChat, UnknownQuestion, WrongState
from realtime.eventlog import MOD, PUB, append
from realtime.models import Participant, Question, Room, Vote
from realtime.name_keys import key
from realtime.presence import has_moderator
from realtime.questions import VOTABLE, is_public
from realtime.retries import first_result, remember
from realtime.room import enter, first_name, leads, participant_of, require_moderator, require_running
from realtime.sparing import LINES, spare_the_others
from realtime.telling import hands_up, raise_alert, tell_hands
from safety.screening import Tier


def vote(
    session: Session, room_id: str, actor: Actor, question_id: str, *, on: bool, now: datetime
) -> dict[str, Any]:
    """Want a question answered, once, or no longer. Returns the number of votes."""
    room = enter(session, room_id)
    me = _present(session, room, actor, now)
    question = session.get(Question, question_id)
    if question is None or question.room_id != room.id or not is_public(question.state):
        raise UnknownQuestion()
    if question.state not in VOTABLE:
        raise WrongState()
    _set_vote(session, question.id, me.id, on)
    question.votes = count_votes(session, question.id)
    return {"votes": question.votes}


def count_votes(session: Session, question_id: str) -> int:
    session.flush()
    return session.scalar(select(func.count()).select_from(Vote).where(Vote.question_id == question_id)) or 0


def raise_hand(session: Session, room_id: str, actor: Actor, *, up: bool, now: datetime) -> dict[str, Any]:
    """Ask to speak, or no longer. `position` counts from 1, least spoken first; None when down."""
    room = enter(session, room_id)
    me = _present(session, room, actor, now)
    if up and leads(session, room, actor):
        raise HandNotNeeded()
    if up != (me.hand_at is not None):
        me.hand_at = now if up else None
        me.raised += up
        tell_hands(session, room, now=now)
    waiting = [one.id for one in hands_up(session, room.id)]
    return {"position": waiting.index(me.id) + 1 if up else None}


def chat(
    session: Session, room_id: str, actor: Actor, *, client_id: str, text: str, now: datetime
) -> dict[str, Any]:
    """Say something to everybody. Whatever may speak of danger is not shown; a person is told instead."""
    room = enter(session, room_id)
    me = participant_of(session, room, actor)
    before = first_result(session, room, actor.person_id, client_id)
    if before is not None:
        return before
    verdict = written.read(text)
    if verdict.tier in {Tier.CRISIS, Tier.WORRY}:
        raise_alert(
            session, room, me, source="chat", source_id=None, text=text[:4000], rule=verdict.rule, now=now
        )
        return remember(session, room, actor.person_id, client_id, {"seq": None, "state": "escalated"})
    _require_may_chat(session, room, me, now)
    said = written.clean(text, most=written.CHAT_LETTERS)
    if verdict.tier is Tier.ABUSE or written.has_contact(said):
        raise NotForChat()
    seq = append(session, room, PUB, "chat", {"id": new_id(), "who": me.pseudonym, "text": said}, now=now)
    return remember(session, room, actor.person_id, client_id, {"seq": seq, "state": "said"})


def speak_backstage(
    session: Session, room_id: str, actor: Actor, *, client_id: str, text: str, now: datetime
) -> dict[str, Any]:
    """Say something to the other moderators and hosts; open or not, nobody else reads it."""
    room = enter(session, room_id)
    require_moderator(session, room, actor)
    before = first_result(session, room, actor.person_id, client_id)
    if before is not None:
        return before
    said = written.clean(text, most=written.CHAT_LETTERS)
    body = {"id": new_id(), "who": first_name(actor.name), "text": said}
    seq = append(session, room, MOD, "backstage", body, now=now)
    desk_words.heed_backstage(session, room, actor, text, now=now)
    return remember(session, room, actor.person_id, client_id, {"seq": seq, "state": "said"})


def voice_concern(
    session: Session,
    room_id: str,
    actor: Actor,
    *,
    about: str,
    text: str = "",
    client_id: str | None = None,
    now: datetime,
) -> dict[str, Any]:
    """Tell a moderator that somebody may not be well.

    `about` is a public question's id, somebody's name for tonight, or empty.
    """
    room = enter(session, room_id)
    me = participant_of(session, room, actor)
    before = first_result(session, room, actor.person_id, client_id) if client_id else None
    if before is not None:
        return before
    question = _question_spoken_of(session, room, about)
    subject = _subject(session, room, question, about) or me
    words = [
        text.strip()[:2000] or "No more was said.",
        *([f"They asked: {question.text}"] if question else []),
    ]
    rule = "concern" if subject is me else "concern about another"
    source_id = question.id if question else None
    raise_alert(
        session,
        room,
        subject,
        source="concern",
        source_id=source_id,
        text=" ".join(words),
        rule=rule,
        now=now,
    )
    return remember(session, room, actor.person_id, client_id, {}) if client_id else {}


def _question_spoken_of(session: Session, room: Room, about: str) -> Question | None:
    question = session.get(Question, about) if about else None
    if question is None or question.room_id != room.id or not is_public(question.state):
        return None
    return question


def _subject(session: Session, room: Room, question: Question | None, about: str) -> Participant | None:
    if question is not None:
        return session.get_one(Participant, question.participant_id)
    known_as = Participant.room_id == room.id, Participant.key == key(room.id, about)
    return session.scalar(select(Participant).where(*known_as)) if about else None


def _present(session: Session, room: Room, actor: Actor, now: datetime) -> Participant:
    me = participant_of(session, room, actor)
    require_inside(me, now)
    require_running(room)
    return me


def _require_may_chat(session: Session, room: Room, me: Participant, now: datetime) -> None:
    require_inside(me, now)
    require_running(room)
    if not room.chat_on or room.state != "open" or not has_moderator(session, room.id, now=now):
        raise ChatOff()
    if me.muted_until is not None and me.muted_until > now:
        raise Muted()
    spare_the_others(session, me, LINES, now=now)


def _set_vote(session: Session, question_id: str, participant_id: str, on: bool) -> None:
    mine = session.get(Vote, (question_id, participant_id))
    if on and mine is None:
        session.add(Vote(question_id=question_id, participant_id=participant_id))
    if not on and mine is not None:
        session.execute(
            delete(Vote).where(Vote.question_id == question_id, Vote.participant_id == participant_id)
        )
        session.expunge(mine)
