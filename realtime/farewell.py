"""What somebody who is deleted leaves in evenings: nothing that they wrote, in no list of what happened."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from auth.erasing import at_farewell
from foundation.columns import new_id
from realtime.models import Participant, Room, RoomEvent


@at_farewell
def take_words_out(session: Session, person_id: str, now: datetime) -> None:
    """The events of their evenings go whole, as they do after some days anyway; who looks gets a snapshot."""
    del now
    rooms = select(Participant.room_id).where(Participant.person_id == person_id)
    over = Room.id.in_(rooms), Room.state == "closed"
    closed = session.scalars(select(Room.id).where(*over)).all()
    session.execute(delete(RoomEvent).where(RoomEvent.room_id.in_(closed)))
    session.execute(update(Room).where(Room.id.in_(closed)).values(epoch=new_id()))
