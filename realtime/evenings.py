"""Evenings that were: finding one, its transcript, and what was done in it by whom."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.permissions import allow
from foundation.audit import AuditEntry, record
from foundation.errors import DomainError
from realtime.models import Participant, Question, Room
from realtime.questions import State
from realtime.room import Desk, first_names, require_moderator
from realtime.telling import PLACE
from realtime.transcript import Line, Transcript
from safety.flags import Flag
from scheduling.meetings import Meeting, moderators

_SOON = timedelta(minutes=15)
MOST_ACTS = 1000


class NoEvening(DomainError):
    code: ClassVar[str] = "no_evening"
    default: ClassVar[str] = "There was no such evening. The record begins when a room has been opened."


class StillOpen(DomainError):
    code: ClassVar[str] = "still_open"
    default: ClassVar[str] = "The room is not closed yet. The transcript is ready once it is."


class Erased(DomainError):
    code: ClassVar[str] = "erased"
    default: ClassVar[str] = "What was asked that evening has been erased, as promised. The figures remain."


@dataclass(frozen=True)
class Act:
    """Who did what when. `by` is staff, by first name, or empty when it happened by itself; `about` is a
    question's number or somebody's name of that evening."""

    at: datetime
    by: str
    action: str
    about: str
    state: str


def allow_record(session: Session, meeting: Meeting, actor: Actor) -> None:
    """For those who lead the meeting, and coordinators. Raises NotYours."""
    allow(actor, "room.record", Desk(moderators(session, meeting.id)))


def evenings_of(session: Session, meeting: Meeting, *, now: datetime) -> list[Room]:
    """The latest first; what has not begun is none yet."""
    begun = or_(Room.opened_at.is_not(None), Room.starts_at <= now + _SOON)
    these = Room.meeting_id == meeting.id, begun
    return list(session.scalars(select(Room).where(*these).order_by(Room.starts_at.desc()).limit(60)))


def evening_on(session: Session, meeting: Meeting, on: date | None, *, now: datetime) -> Room:
    """That date's, or the latest. Raises NoEvening."""
    found = [one for one in evenings_of(session, meeting, now=now) if on is None or one.date == on]
    if not found:
        raise NoEvening()
    return found[0]


def take_transcript(
    session: Session, meeting: Meeting, room: Room, actor: Actor, *, now: datetime
) -> Transcript:
    """What the room read, without who asked it; taking it is noted. Raises NotAllowed, StillOpen, Erased."""
    require_moderator(session, room, actor)
    if room.state != "closed":
        raise StillOpen()
    if room.erased_at is not None:
        raise Erased()
    record(session, actor=actor.person_id, action="room.transcript", kind="room", object_id=room.id, now=now)
    public = Question.room_id == room.id, Question.public_number.is_not(None)
    answered = select(Question).where(*public, Question.state == State.ANSWERED)
    left = select(Question).where(*public, Question.state == State.ARCHIVED, Question.live_at.is_not(None))
    return Transcript(
        title=meeting.title,
        on=room.date,
        answered=[_line(one) for one in session.scalars(answered.order_by(Question.answered_at))],
        not_reached=[
            _line(one)
            for one in session.scalars(
                left.order_by(Question.votes.desc(), Question.live_at, Question.public_number)
            )
        ],
    )


def acts_of(session: Session, room: Room) -> list[Act]:
    """Everything noted about this evening, in order: from the trail that nobody can change."""
    about = _objects(session, room)
    noted = AuditEntry.object_id.in_(list(about))
    rows = list(
        session.scalars(
            select(AuditEntry).where(noted).order_by(AuditEntry.at, AuditEntry.id).limit(MOST_ACTS)
        )
    )
    names = first_names(session, {one.actor_id for one in rows})
    return [
        Act(
            at=one.at, by=names.get(one.actor_id or "", ""), action=one.action, about=about[one.object_id],
            state=str(one.detail.get("state", "") or one.detail.get("outcome", "")),
        )
        for one in rows
    ]  # fmt: skip


def _objects(session: Session, room: Room) -> dict[str, str]:
    """What the trail may speak of, by id: the room, its questions, its people and its alerts."""
    found = {room.id: ""}
    for one, public, number in session.execute(
        select(Question.id, Question.public_number, Question.number).where(Question.room_id == room.id)
    ):
        found[one] = f"No. {public}" if public else f"Held {number}"
    for place in session.scalars(select(Participant).where(Participant.room_id == room.id)):
        found[place.id] = place.pseudonym or "somebody"
    for flag in session.scalars(select(Flag.id).where(Flag.place == f"{PLACE}{room.id}")):
        found[flag] = "an alert"
    return found


def _line(question: Question) -> Line:
    number = question.public_number or 0
    answered_by = question.answered_by if question.state == State.ANSWERED else None
    return Line(number, question.text, question.votes, answered_by)
