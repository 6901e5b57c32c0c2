"""Somebody may not come to a meeting's evenings, until a moderator or coordinator lifts it."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.permissions import allow
from foundation.audit import record
from foundation.columns import blind_index
from foundation.database import lock
from foundation.errors import DomainError
from realtime import written
from realtime.models import Bar, Participant, Room
from realtime.room import Desk, first_names
from scheduling.meetings import moderators

REASON_LETTERS = 300


class UnknownBar(DomainError):
    code = "unknown_bar"
    default = "That one was lifted already. Load the page again."


@dataclass(frozen=True)
class Barring:
    """One bar as its page shows it: the name of that evening, never who it is outside."""

    handle: str
    known_as: str
    reason: str
    by: str
    at: datetime


def put_up(session: Session, room: Room, person: Participant, why: str, actor: Actor, now: datetime) -> None:
    """Keep the person out of every later evening; a second bar leaves the first as it is."""
    lock(session, f"bars:{room.meeting_id}")
    if session.get(Bar, (room.meeting_id, person.person_id)) is not None:
        return
    bar = Bar(
        meeting_id=room.meeting_id, person_id=person.person_id, known_as=person.pseudonym,
        reason=written.clean(why, most=REASON_LETTERS), barred_by=actor.person_id, barred_at=now,
    )  # fmt: skip
    session.add(bar)


def bars_of(session: Session, meeting_id: str, actor: Actor) -> list[Barring]:
    """Everybody who is barred from the meeting, the latest first. Raises NotYours."""
    allow(actor, "room.record", Desk(moderators(session, meeting_id)))
    rows = list(
        session.scalars(select(Bar).where(Bar.meeting_id == meeting_id).order_by(Bar.barred_at.desc()))
    )
    names = first_names(session, {one.barred_by for one in rows})
    return [
        Barring(handle_of(one), one.known_as, one.reason, names.get(one.barred_by, ""), one.barred_at)
        for one in rows
    ]


def lift(session: Session, meeting_id: str, actor: Actor, handle: str, *, now: datetime) -> None:
    """Let the person come again. Raises UnknownBar, NotYours."""
    allow(actor, "room.record", Desk(moderators(session, meeting_id)))
    lock(session, f"bars:{meeting_id}")
    for bar in session.scalars(select(Bar).where(Bar.meeting_id == meeting_id)):
        if hmac.compare_digest(handle_of(bar).encode(), handle.encode()):
            session.delete(bar)
            record(
                session, actor=actor.person_id, action="bar.lifted", kind="meeting",
                object_id=meeting_id, now=now,
            )  # fmt: skip
            return
    raise UnknownBar()


def handle_of(bar: Bar) -> str:
    """What a form calls the bar by: nobody can find the person with it."""
    return blind_index("meeting_bar", f"{bar.meeting_id}:{bar.person_id}")[:32]
