"""The same bytes to many sockets. Idle ones, and most of them are, are written to at once.

Where the kernel lets us (Linux's io_uring), that is one system call for all of them, else one for each
(docs/decisions/0038). Either way what a socket did not take waits in its own queue.
"""

import logging
import os
from array import array
from collections.abc import Callable, Iterable, Sequence
from errno import EAGAIN

from foundation.metrics import frames_sent, sends_in_one_call
from realtime.crowd import Crowd
from realtime.ring import LARGEST, NoRing, Ring
from realtime.wires import CLOSED, Wire

FEW = 24
"""So few sockets are told as quickly one by one."""
_log = logging.getLogger("evenside.realtime")


class FanOut:
    """Of one process, which chooses at its first socket; a process that is forked off chooses anew.

    `_free` holds the ring while nobody uses it. Taking it out is one step even among threads; whoever
    finds it gone goes one by one.
    """

    def __init__(self, open_ring: Callable[[], Ring]) -> None:
        self._open_ring = open_ring
        self._free: list[Ring] = []
        self._has_chosen = False
        os.register_at_fork(after_in_child=self._choose_anew)

    def choose(self) -> None:
        """Once, and said in the log and among the metrics."""
        if self._has_chosen:
            return
        self._has_chosen = True
        try:
            self._free.append(self._open_ring())
        except NoRing as why:
            _log.info("a room is told with one system call for each socket: %s", why)
        sends_in_one_call.set(len(self._free))

    def __call__(self, crowd: Crowd, some: bytes) -> None:
        idle, numbers, others = crowd.sorted()
        frames_sent.inc(len(idle))
        if numbers is not None and len(idle) >= FEW and len(some) <= LARGEST:
            self._to_many(idle, numbers, some)
        else:
            _one_by_one(idle, some)
        for wire in others:
            wire.put(some)

    def _to_many(self, idle: Sequence[Wire], numbers: "array[int]", some: bytes) -> None:
        self.choose()
        ring = self._take_ring()
        if ring is None:
            _one_by_one(idle, some)
            return
        short = ring.send(numbers, some)
        if ring.is_sound:
            self._free.append(ring)
        else:
            _log.error("the kernel did not end what it began: from now on one system call for each socket")
            sends_in_one_call.set(0)
        for place, taken in short.items():
            _settle(idle[place], some, taken)

    def _take_ring(self) -> Ring | None:
        try:
            return self._free.pop()
        except IndexError:
            return None

    def _choose_anew(self) -> None:
        """The ring is our parent's: only our copies of its descriptors are closed."""
        for ring in self._free:
            ring.close()
        self._free, self._has_chosen = [], False


fan_out = FanOut(Ring)


def _one_by_one(idle: Iterable[Wire], some: bytes) -> None:
    size = len(some)
    for wire in idle:
        try:
            taken = wire.out.write(some)
        except BlockingIOError:
            taken = 0
        except OSError:
            wire.cut(CLOSED)
            continue
        if taken != size:
            wire.keep(some, taken)


def _settle(wire: Wire, some: bytes, taken: int) -> None:
    """One that took a part or nothing keeps the rest; any other error is its end."""
    if taken >= 0:
        wire.keep(some, taken)
    elif taken == -EAGAIN:
        wire.keep(some, 0)
    else:
        wire.cut(CLOSED)
