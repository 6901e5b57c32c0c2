"""The stages of an evening, and which follow which. Pure but for the room it is asked about."""

from realtime.errors import RoomClosed, RoomNotOpen
from realtime.models import Room

FOLLOWS: dict[str, frozenset[str]] = {
    "scheduled": frozenset({"lobby", "open", "closed"}),
    "lobby": frozenset({"scheduled", "open", "closed"}),
    "open": frozenset({"paused", "closed"}),
    "paused": frozenset({"open", "closed"}),
    "closed": frozenset(),
}


def become(room: Room, stage: str) -> None:
    """Go on to `stage`; staying is always allowed. Raises RoomClosed, RoomNotOpen."""
    if stage == room.state:
        return
    if stage not in FOLLOWS[room.state]:
        raise RoomClosed() if room.state == "closed" else RoomNotOpen()
    room.state = stage
