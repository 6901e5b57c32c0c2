"""What programs without a socket were told in the last second: many ask for the same, and it is read once."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from realtime.views import View

_KEPT_SECONDS = 1.0
_MOST = 64


@dataclass(frozen=True)
class Asked:
    """Public events of a room after a number, at most so many, while `seq` is the stream's last number.

    With the same numbers only votes may differ, which are told anew once the second is over.
    """

    room_id: str
    epoch: str
    seq: int
    after: int
    limit: int


class ToldLately:
    """`clock` only says how old something is."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._kept: dict[Asked, tuple[float, list[View]]] = {}

    def answer(self, asked: Asked, read: Callable[[], list[View]]) -> list[View]:
        """What was told to somebody else just now, or else what `read` finds. Nobody may change it."""
        now = self._clock()
        kept = self._kept.get(asked)
        if kept is not None and now - kept[0] < _KEPT_SECONDS:
            return kept[1]
        told = read()
        self._make_room(now)
        self._kept[asked] = now, told
        return told

    def _make_room(self, now: float) -> None:
        """Let go of what is too old, and of everything when there is much of it."""
        fresh = {asked: kept for asked, kept in self._kept.items() if now - kept[0] < _KEPT_SECONDS}
        self._kept = fresh if len(fresh) < _MOST else {}
