"""Numbered events per room and stream. A number is given inside the transaction that writes the state,
under the room's lock, so that the order of commits is the order of numbers and no reader skips one."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from foundation.database import is_postgres
from realtime.models import Room, RoomEvent, StreamHead
from realtime.wakeups import note_change

PUB = "pub"
MOD = "mod"


class Event(NamedTuple):
    """What of a RoomEvent goes out. A process reads so after each line of each room: no object is kept."""

    stream: str
    seq: int
    ordinal: int
    kind: str
    at: datetime
    body: str


_SINCE = (
    select(*(getattr(RoomEvent, name) for name in Event._fields))
    .where(RoomEvent.room_id == bindparam("room"), RoomEvent.ordinal > bindparam("after"))
    .order_by(RoomEvent.ordinal)
    .limit(bindparam("most"))
)


def _next_number(upsert: Any) -> Any:
    """The stream's first number is 1."""
    heads = cast(Table, StreamHead.__table__)
    first = upsert(heads).values(room_id=bindparam("room_id"), stream=bindparam("stream"), seq=1)
    follows = first.on_conflict_do_update(index_elements=["room_id", "stream"], set_={"seq": heads.c.seq + 1})
    return follows.returning(heads.c.seq)


# Written with every line of each room: put together once, and past the unit of work.
_NEXT_ON_SQLITE, _NEXT_ON_POSTGRES = _next_number(sqlite.insert), _next_number(postgresql.insert)
_COUNTED = (
    update(cast(Table, Room.__table__)).where(Room.id == bindparam("room")).values(ordinal=bindparam("now"))
)
_WRITTEN = insert(cast(Table, RoomEvent.__table__))


def member_stream(participant_id: str) -> str:
    return f"member:{participant_id}"


def _count_on(session: Session, room: Room) -> None:
    """Written at once, and known to the object as what stands in its row."""
    ordinal = room.ordinal + 1
    session.execute(_COUNTED, {"room": room.id, "now": ordinal})
    set_committed_value(room, "ordinal", ordinal)


def append(
    session: Session, room: Room, stream: str, kind: str, body: Mapping[str, Any], *, now: datetime
) -> int:
    """Write the stream's next event and return its number. The caller holds the room (`room.enter`)."""
    numbering = _NEXT_ON_POSTGRES if is_postgres(session) else _NEXT_ON_SQLITE
    seq: int = session.execute(numbering, {"room_id": room.id, "stream": stream}).scalar_one()
    _count_on(session, room)
    event = Event(stream, seq, room.ordinal, kind, now, json.dumps(body))
    session.execute(_WRITTEN, {"room_id": room.id, **event._asdict()})
    note_change(session, room.id)
    return seq


def heads(session: Session, room_id: str, streams: Sequence[str]) -> dict[str, int]:
    """The last number of each stream; 0 where nothing has happened yet."""
    mine = StreamHead.room_id == room_id, StreamHead.stream.in_(streams)
    found = dict(session.execute(select(StreamHead.stream, StreamHead.seq).where(*mine)).all())
    return {stream: found.get(stream, 0) for stream in streams}


def events_after(session: Session, room_id: str, stream: str, after: int, *, limit: int) -> list[RoomEvent]:
    later = RoomEvent.room_id == room_id, RoomEvent.stream == stream, RoomEvent.seq > after
    return list(session.scalars(select(RoomEvent).where(*later).order_by(RoomEvent.seq).limit(limit)))


def events_since(session: Session, room_id: str, ordinal: int, *, limit: int = 500) -> list[Event]:
    """Every stream's events after `ordinal`, in the order of their commits."""
    rows = session.execute(_SINCE, {"room": room_id, "after": ordinal, "most": limit})
    return [Event(*row) for row in rows]


def payload(event: RoomEvent | Event) -> dict[str, Any]:
    """The event as clients get it."""
    return {"seq": event.seq, "kind": event.kind, "at": event.at.isoformat(), **json.loads(event.body)}
