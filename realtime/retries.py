"""A command sent twice with the same client id is done once and answered twice alike."""

import re
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm import Session

from realtime.errors import BadPayload
from realtime.models import CommandResult, Room

_KNOWN = select(CommandResult.result).where(
    *(getattr(CommandResult, name) == bindparam(name) for name in ("room_id", "person_id", "client_id"))
)
_KEPT = insert(cast(Table, CommandResult.__table__))
_CLIENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


def first_result(session: Session, room: Room, person_id: str, client_id: str) -> dict[str, Any] | None:
    """What this command answered before, if it was. Raises BadPayload for an id of another form."""
    if not _CLIENT_ID.fullmatch(client_id):
        raise BadPayload("The id of a message has up to 64 letters, digits and dashes.")
    this = {"room_id": room.id, "person_id": person_id, "client_id": client_id}
    known: dict[str, Any] | None = session.scalar(_KNOWN, this)
    return known


def remember(
    session: Session, room: Room, person_id: str, client_id: str, result: dict[str, Any]
) -> dict[str, Any]:
    this = {"room_id": room.id, "person_id": person_id, "client_id": client_id}
    session.execute(_KEPT, {**this, "result": result})
    return result
