"""What waits at the desk and what is in the room: counted, filtered, in order, and never more than a page.

Words are sealed at rest, so only a search reads every one of them; everything else is left to the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from foundation.audit import AuditEntry
from realtime.models import Participant, Question
from realtime.moderating import CLAIM_LASTS
from realtime.questions import State
from realtime.room import first_names
from realtime.views import View, desk_view, label_of

PAGE = 30
MOST_AT_ONCE = 60
PARTS: Mapping[str, tuple[State, ...]] = {
    "waiting": (State.PENDING,),
    "answering": (State.ANSWERING,),
    "listed": (State.LIVE,),
    "answered": (State.ANSWERED,),
    "aside": (State.REJECTED, State.ESCALATED),
}
WHOSE = {"unclaimed": "Nobody’s yet", "mine": "Mine", "new": "First-timers"}
_ORDER: Mapping[str, tuple[Any, ...]] = {
    "waiting": (case((Question.hold_reason == "worry", 0), else_=1), Question.number),
    "answering": (Question.answering_at,),
    "listed": (
        case((Question.pinned_at.is_(None), 1), else_=0),
        Question.pinned_at,
        Question.votes.desc(),
        Question.live_at,
    ),
    "answered": (Question.answered_at.desc(),),
    "aside": (Question.number.desc(),),
}


@dataclass(frozen=True)
class Wanted:
    """What a moderator looks for: a hold reason, whose it is, words in it. Empty means everything."""

    why: str = ""
    whose: str = ""
    words: str = ""

    @property
    def is_narrow(self) -> bool:
        return bool(self.why or self.whose or self.words.strip())


@dataclass(frozen=True)
class Part:
    """One page of one part, and how many there are of it."""

    cards: list[View]
    total: int
    skipped: int = 0

    @property
    def left(self) -> int:
        """How many come after this page."""
        return max(0, self.total - self.skipped - len(self.cards))


def part_of(
    session: Session,
    room_id: str,
    part: str,
    wanted: Wanted = Wanted(),
    *,
    me: str = "",
    now: datetime,
    skip: int = 0,
    limit: int = PAGE,
) -> Part:
    """A page of one of PARTS. `me` is the person id of the moderator who looks."""
    these = [Question.room_id == room_id, Question.state.in_(PARTS[part]), *_filters(wanted, me, now)]
    rows = _with_authors(*these).order_by(*_ORDER[part])
    if wanted.words.strip():
        found = _saying(session, rows, wanted.words)
        shown = rows.where(Question.id.in_(found[skip : skip + limit]))
        return Part(_views(session, session.execute(shown).all()), len(found), skip)
    total = session.scalar(select(func.count()).select_from(Question).where(*these)) or 0
    return Part(_views(session, session.execute(rows.offset(skip).limit(limit)).all()), total, skip)


def cards_of(session: Session, room_id: str, ids: Iterable[str]) -> list[View]:
    """These questions of this room, whatever their state; another room's are not among them."""
    these = Question.room_id == room_id, Question.id.in_(list(ids)[:MOST_AT_ONCE])
    return _views(session, session.execute(_with_authors(*these).order_by(Question.number)).all())


def counts_of(session: Session, room_id: str) -> dict[str, int]:
    """How many are in each part."""
    counted = select(Question.state, func.count()).where(Question.room_id == room_id).group_by(Question.state)
    by_state = dict(session.execute(counted).all())
    return {part: sum(by_state.get(state, 0) for state in states) for part, states in PARTS.items()}


def longest_wait(session: Session, room_id: str) -> datetime | None:
    """Since when the oldest one waits."""
    waiting = Question.room_id == room_id, Question.state == State.PENDING
    return session.scalar(select(func.min(Question.asked_at)).where(*waiting))


def last_hands(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """The first name of whoever acted last on each of these questions."""
    acts = AuditEntry.object_kind == "question", AuditEntry.object_id.in_(list(ids))
    done = session.execute(
        select(AuditEntry.object_id, AuditEntry.actor_id).where(*acts).order_by(AuditEntry.at, AuditEntry.id)
    )
    last = {question: actor for question, actor in done if actor}
    names = first_names(session, set(last.values()))
    return {question: names[actor] for question, actor in last.items() if actor in names}


def _filters(wanted: Wanted, me: str, now: datetime) -> list[ColumnElement[bool]]:
    kept = [] if not wanted.why else [Question.hold_reason == wanted.why]
    fresh = now - CLAIM_LASTS
    if wanted.whose == "mine":
        kept += [Question.claimed_by == me, Question.claimed_at > fresh]
    if wanted.whose == "unclaimed":
        kept += [or_(Question.claimed_at.is_(None), Question.claimed_at <= fresh)]
    if wanted.whose == "new":
        kept += [~_was_let_in()]
    return kept


def _was_let_in() -> ColumnElement[bool]:
    """Whether the author has had a question in this room before."""
    earlier = aliased(Question)
    return exists().where(earlier.participant_id == Question.participant_id, earlier.live_at.is_not(None))


def _with_authors(*these: ColumnElement[bool]) -> Select[Question, Participant]:
    joined = select(Question, Participant).join(Participant, Participant.id == Question.participant_id)
    return joined.where(*these)


def _saying(session: Session, rows: Select[Question, Participant], words: str) -> list[str]:
    """The ids of those with every word in the text, the name or the number. Nothing else is unsealed."""
    wanted, sealed = words.casefold().split(), (Question.text, Participant.pseudonym)
    columns = (Question.id, Question.number, Question.public_number, *sealed)
    read: Sequence[Any] = session.execute(rows.with_only_columns(*columns)).all()
    return [one.id for one in read if _says(f"{one.text} {one.pseudonym} {label_of(one)}", wanted)]


def _says(said: str, wanted: Sequence[str]) -> bool:
    return all(word in said.casefold() for word in wanted)


def _views(session: Session, rows: Sequence[Any]) -> list[View]:
    names = first_names(session, {question.claimed_by for question, _ in rows})
    twins = _twins(session, {question.twin_id for question, _ in rows})
    return [
        {**desk_view(question, author, names), "like": twins.get(question.twin_id or "")}
        for question, author in rows
    ]


def _twins(session: Session, ids: set[str | None]) -> dict[str, View]:
    """What is still in the room of the questions that others look like."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    there = Question.id.in_(wanted), Question.state.in_([State.LIVE, State.ANSWERING])
    found = session.scalars(select(Question).where(*there))
    return {one.id: {"id": one.id, "label": label_of(one), "votes": one.votes} for one in found}
