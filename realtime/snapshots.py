"""What everybody may see of a room, read and spelled once for many who come in.

Only the public part is kept, which is the same for all; what is somebody's own, or the desk's, is read for
each. It is kept for one number of the public stream, until the pulse has other votes to say, and a second at
most, as not everything that is shown makes an event.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from sqlalchemy.orm import Session

from realtime.models import Room
from realtime.snapshot import Seat, desk_of, public_part
from realtime.spelling import Spelled, spelled

_KEPT_SECONDS = 1.0


@dataclass(frozen=True)
class _Kept:
    epoch: str
    seq: int
    read_at: float
    text: str

    def is_good_for(self, epoch: str, seq: int, now: float) -> bool:
        return (self.epoch, self.seq) == (epoch, seq) and now - self.read_at < _KEPT_SECONDS


class Snapshots:
    """By room. `clock` only says how old something is."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._changes: dict[str, int] = {}

    def whole(self, session: Session, room: Room, seat: Seat, seq: int) -> Spelled:
        """All that this person may see, at number `seq` of the public stream; `session` is one `moment`."""
        public = self._public(session, room, seq)
        if not seat.leads:
            return Spelled(public)
        return Spelled(f'{public[:-1]},"desk":{spelled(desk_of(session, room))}}}')

    def numbers_changed(self, room_id: str) -> None:
        """The pulse says new numbers: whoever comes in from now on must not be given the old ones."""
        self._kept.pop(room_id, None)
        self._changes[room_id] = self._changes.get(room_id, 0) + 1

    def forget(self, room_id: str) -> None:
        """Nobody is in the room."""
        self._kept.pop(room_id, None)
        self._changes.pop(room_id, None)

    def _public(self, session: Session, room: Room, seq: int) -> str:
        now, changes = self._clock(), self._changes.get(room.id, 0)
        kept = self._kept.get(room.id)
        if (
            kept is not None
            and (kept.epoch, kept.seq) == (room.epoch, seq)
            and now - kept.read_at < _KEPT_SECONDS
        ):
            return kept.text
        text = spelled(public_part(session, room))
        if self._changes.get(room.id, 0) == changes:
            self._kept[room.id] = _Kept(room.epoch, seq, now, text)
        return text
