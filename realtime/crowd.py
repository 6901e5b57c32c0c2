"""Those who hear one channel, and which of them can be written to at once.

To ask 900 sockets one by one before each line costs as much as a tenth of telling them, since in between
their objects have left the processor's cache. So it is asked once and holds until one of them turns.
"""

from array import array
from collections.abc import Mapping
from typing import NamedTuple

from realtime.outgoing import turns
from realtime.wires import Wire


class Sorted(NamedTuple):
    """`numbers` are those of the idle ones, in their order; None where two of them bear the same."""

    idle: list[Wire]
    numbers: "array[int] | None"
    others: list[Wire]


class Crowd:
    """By socket id."""

    __slots__ = ("_sorted", "_turns", "_wires")

    def __init__(self, wires: Mapping[str, Wire] | None = None) -> None:
        self._wires = dict(wires or {})
        self._sorted: Sorted | None = None
        self._turns = turns.count

    def __len__(self) -> int:
        return len(self._wires)

    def add(self, sid: str, wire: Wire) -> None:
        self._wires[sid] = wire
        self._sorted = None

    def remove(self, sid: str) -> None:
        self._wires.pop(sid, None)
        self._sorted = None

    def sorted(self) -> Sorted:
        """As they are in this moment; nobody may change it."""
        if self._sorted is None or self._turns != turns.count:
            self._turns = turns.count
            self._sorted = _sorted(list(self._wires.values()))
        return self._sorted


def _sorted(wires: list[Wire]) -> Sorted:
    idle: list[Wire] = []
    others: list[Wire] = []
    for wire in wires:
        (idle if wire.out.waiting is None and wire.is_open else others).append(wire)
    numbers = [wire.number for wire in idle]
    return Sorted(idle, array("i", numbers) if len(set(numbers)) == len(numbers) else None, others)
