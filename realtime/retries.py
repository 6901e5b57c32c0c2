"""A command sent twice with the same client id is done once and answered twice alike."""

import re
from typing import Any

from sqlalchemy.orm import Session

from realtime.errors import BadPayload
from realtime.models import CommandResult, Room

_CLIENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


def first_result(session: Session, room: Room, person_id: str, client_id: str) -> dict[str, Any] | None:
    """What this command answered before, if it was. Raises BadPayload for an id of another form."""
    if not _CLIENT_ID.fullmatch(client_id):
        raise BadPayload("The id of a message has up to 64 letters, digits and dashes.")
    known = session.get(CommandResult, (room.id, person_id, client_id))
    return known.result if known else None


def remember(
    session: Session, room: Room, person_id: str, client_id: str, result: dict[str, Any]
) -> dict[str, Any]:
    session.add(CommandResult(room_id=room.id, person_id=person_id, client_id=client_id, result=result))
    session.flush()
    return result
