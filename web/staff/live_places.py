"""The people of the evening beside the queue: a handful, and whoever is looked for by name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from realtime.models import Participant, Presence
from realtime.notes import notes_of
from realtime.snapshot import place_view
from realtime.views import View

SHOWN = 12


@dataclass(frozen=True)
class People:
    """`shown` of `total` members under their names for tonight; `who` is what was looked for."""

    shown: list[View]
    total: int
    who: str


def people_shown(session: Session, room_id: str, who: str, *, now: datetime) -> People:
    """Whom a moderator dealt with, then whoever came last. Names are sealed, so a search reads them all."""
    at_desk = select(Presence.person_id).where(Presence.room_id == room_id, Presence.moderates)
    members = Participant.room_id == room_id, Participant.person_id.not_in(at_desk)
    total = session.scalar(select(func.count()).select_from(Participant).where(*members)) or 0
    dealt_with = case((Participant.muted_until > now, 0), (Participant.away_until > now, 0), else_=1)
    rows = select(Participant).where(*members).order_by(dealt_with, Participant.joined_at.desc())
    if who.strip():
        named = [one for one in session.scalars(rows) if who.strip().casefold() in one.pseudonym.casefold()]
        return People(_with_notes(session, room_id, named[:SHOWN], now), total, who.strip())
    here = rows.where(Participant.removed_at.is_(None)).limit(SHOWN)
    return People(_with_notes(session, room_id, list(session.scalars(here)), now), total, "")


def _with_notes(session: Session, room_id: str, shown: list[Participant], now: datetime) -> list[View]:
    notes = notes_of(session, room_id)
    return [{**place_view(one, now), "notes": notes.get(one.id, [])} for one in shown]
