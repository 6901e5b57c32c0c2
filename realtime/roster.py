"""Everybody who came to an evening, for those who lead it: what was done about them, and the notes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import actor_for
from auth.people import STAFF, Person, PersonRole
from realtime.models import Participant, Room
from realtime.notes import notes_of
from realtime.room import leads
from realtime.views import View


def roster(session: Session, room: Room, *, now: datetime) -> list[View]:
    """By when they came in, under their names for the evening; those who lead it are not in it."""
    notes, leading = notes_of(session, room.id), _leaders(session, room)
    came = select(Participant).where(Participant.room_id == room.id).order_by(Participant.joined_at)
    return [
        {**_shown(one, now), "notes": notes.get(one.id, [])}
        for one in session.scalars(came)
        if one.person_id not in leading
    ]


def _shown(one: Participant, now: datetime) -> View:
    return {
        "id": one.id,
        "who": one.pseudonym,
        "muted_until": _ahead(one.muted_until, now),
        "away_until": _ahead(one.away_until, now),
        "removed": one.removed_at is not None,
        "hand": one.hand_at is not None,
        "spoken": one.spoken,
    }


def _ahead(until: datetime | None, now: datetime) -> datetime | None:
    return until if until is not None and until > now else None


def _leaders(session: Session, room: Room) -> set[str]:
    came = select(Participant.person_id).where(Participant.room_id == room.id)
    staff = select(PersonRole.person_id).where(PersonRole.role.in_([role.value for role in STAFF]))
    found = session.scalars(select(Person).where(Person.id.in_(came), Person.id.in_(staff)))
    return {one.id for one in found if leads(session, room, actor_for(one))}
