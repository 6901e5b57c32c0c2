"""Why a question waits for a moderator: asked when it arrives, when it changes, and when a hold ends."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from realtime import written
from realtime.models import Participant, Question, Room
from realtime.presence import has_moderator
from realtime.questions import Arrival, State, hold_reason
from realtime.telling import tell_desk
from safety.screening import Tier, Verdict

TWINS_LOOKED_AT = 100
_HARMLESS = Verdict(Tier.NONE)


def why_held(
    session: Session, room: Room, author: Participant, text: str, verdict: Verdict, *, now: datetime
) -> str | None:
    """None when it may appear at once."""
    let_in = Question.participant_id == author.id, Question.live_at.is_not(None)
    with session.no_autoflush:
        is_first = session.scalar(select(Question.id).where(*let_in).limit(1)) is None
        attended = has_moderator(session, room.id, now=now)
    arrival = Arrival(
        policy=room.policy,
        has_moderator=attended,
        paused=room.state == "paused",
        is_first=is_first,
        screened=verdict.tier.value,
        has_contact=written.has_contact(text),
    )
    return hold_reason(arrival)


def tell_true_reasons(session: Session, room: Room, *, now: datetime) -> None:
    """The hold is over: what came during it waits on for the room's policy, if that would hold it too.

    A worry has that as its reason, so these were screened and found without one: hundreds are not read again
    while the room is held.
    """
    came = Question.room_id == room.id, Question.state == State.PENDING, Question.hold_reason == "paused"
    for question in session.scalars(select(Question).where(*came).order_by(Question.number)):
        author = session.get_one(Participant, question.participant_id)
        reason = why_held(session, room, author, question.text, _HARMLESS, now=now)
        if reason is not None and reason != question.hold_reason:
            question.hold_reason = reason
            tell_desk(session, room, question, now=now)


def twin_of(session: Session, room_id: str, text: str) -> str | None:
    """A question in the room that says nearly the same; only the latest hundred are opened and read."""
    asked = Question.room_id == room_id, Question.state.in_([State.LIVE, State.ANSWERING])
    with session.no_autoflush:
        latest = session.execute(
            select(Question.id, Question.text)
            .where(*asked).order_by(Question.live_at.desc()).limit(TWINS_LOOKED_AT)
        )  # fmt: skip
    return written.alike(text, {row.id: row.text for row in latest})
