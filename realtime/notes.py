"""What this evening's moderators tell one another about somebody. It is erased with what was asked."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.actor import Actor
from realtime import written
from realtime.models import Participant, Room, RoomNote
from realtime.room import first_names
from realtime.views import View, iso

NOTE_LETTERS = 500


def write_note(
    session: Session, room: Room, about: Participant, author: Actor, text: str, now: datetime
) -> RoomNote:
    """Raises NothingWritten, TooLong, UnreadableText."""
    note = RoomNote(
        room_id=room.id, participant_id=about.id, author_id=author.person_id,
        text=written.clean(text, most=NOTE_LETTERS), at=now,
    )  # fmt: skip
    session.add(note)
    session.flush()
    return note


def notes_of(session: Session, room_id: str) -> dict[str, list[View]]:
    """By participant, the oldest first."""
    rows = list(
        session.scalars(
            select(RoomNote).where(RoomNote.room_id == room_id).order_by(RoomNote.at, RoomNote.id)
        )
    )
    names = first_names(session, {one.author_id for one in rows})
    found: dict[str, list[View]] = {}
    for one in rows:
        shown = {"text": one.text, "by": names.get(one.author_id, ""), "at": iso(one.at)}
        found.setdefault(one.participant_id, []).append(shown)
    return found
