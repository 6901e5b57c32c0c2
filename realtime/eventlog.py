"""Numbered events per room and stream. A number is given inside the transaction that writes the state,
under the room's lock, so that the order of commits is the order of numbers and no reader skips one."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from realtime.models import Room, RoomEvent, StreamHead
from realtime.wakeups import note_change

PUB = "pub"
MOD = "mod"


def member_stream(participant_id: str) -> str:
    return f"member:{participant_id}"


def append(
    session: Session, room: Room, stream: str, kind: str, body: Mapping[str, Any], *, now: datetime
) -> int:
    """Write the stream's next event and return its number. The caller holds the room (`room.enter`)."""
    head = session.get(StreamHead, (room.id, stream))
    if head is None:
        head = StreamHead(room_id=room.id, stream=stream, seq=0)
        session.add(head)
    head.seq += 1
    room.ordinal += 1
    event = RoomEvent(
        room_id=room.id,
        stream=stream,
        seq=head.seq,
        ordinal=room.ordinal,
        kind=kind,
        at=now,
        body=json.dumps(body),
    )
    session.add(event)
    note_change(session, room.id)
    return head.seq


def heads(session: Session, room_id: str, streams: Sequence[str]) -> dict[str, int]:
    """The last number of each stream; 0 where nothing has happened yet."""
    mine = StreamHead.room_id == room_id, StreamHead.stream.in_(streams)
    found = dict(session.execute(select(StreamHead.stream, StreamHead.seq).where(*mine)).all())
    return {stream: found.get(stream, 0) for stream in streams}


def events_after(session: Session, room_id: str, stream: str, after: int, *, limit: int) -> list[RoomEvent]:
    later = RoomEvent.room_id == room_id, RoomEvent.stream == stream, RoomEvent.seq > after
    return list(session.scalars(select(RoomEvent).where(*later).order_by(RoomEvent.seq).limit(limit)))


def events_since(session: Session, room_id: str, ordinal: int, *, limit: int = 500) -> list[RoomEvent]:
    """Every stream's events after `ordinal`, in the order of their commits."""
    later = RoomEvent.room_id == room_id, RoomEvent.ordinal > ordinal
    return list(session.scalars(select(RoomEvent).where(*later).order_by(RoomEvent.ordinal).limit(limit)))


def payload(event: RoomEvent) -> dict[str, Any]:
    """The event as clients get it."""
    return {"seq": event.seq, "kind": event.kind, "at": event.at.isoformat(), **json.loads(event.body)}
