"""The bytes on their way to one socket: whole, in order, and never many of them. Pure but for `write`.

An idle socket is written to at once. What its system does not take waits here, behind the rest of the frame
that was cut short; everything that goes out on the socket goes through here, so that no two frames mingle.
"""

from collections import deque
from collections.abc import Callable

MOST_WAITING = 256
SEND_SECONDS = 15.0
Write = Callable[[bytes | memoryview], int]
"""Takes what it can of the bytes and says how many; BlockingIOError for none, another OSError at the end."""


class Turns:
    """`count` rises whenever a socket of this process begins or ceases to take everything at once."""

    __slots__ = ("count",)

    def __init__(self) -> None:
        self.count = 0


turns = Turns()


class TooSlow(Exception):
    """The reader has let too much wait, or one frame for too long: it has to go, and catch up later."""


class Outgoing:
    """`waiting` is None while everything is out; else the frames to come, the first one perhaps in part."""

    __slots__ = ("_deadline", "_rest", "waiting", "write")

    def __init__(self, write: Write) -> None:
        self.write = write
        self.waiting: deque[bytes] | None = None
        self._rest: memoryview | None = None
        self._deadline = 0.0

    def put(self, frame: bytes, now: float) -> None:
        """Send it, after everything before it. Raises TooSlow, or the OSError of a socket that is gone."""
        if self.waiting is not None:
            if len(self.waiting) >= MOST_WAITING:
                raise TooSlow
            self.waiting.append(frame)
            return
        self.keep(frame, self._write(frame), now)

    def keep(self, frame: bytes, sent: int, now: float) -> None:
        """Of a frame that was just written while nothing waited, `sent` bytes went out: keep the others."""
        if sent < len(frame):
            self.waiting = deque((frame,))
            self._rest = memoryview(frame)[sent:]
            self._deadline = now + SEND_SECONDS
            turns.count += 1

    def flush(self, now: float) -> None:
        """The socket takes more: write until it does not, or all is out. Raises like `put`."""
        while self.waiting:
            rest = self._rest if self._rest is not None else memoryview(self.waiting[0])
            sent = self._write(rest)
            if sent < len(rest):
                self._rest = rest[sent:]
                return
            self.waiting.popleft()
            self._rest, self._deadline = None, now + SEND_SECONDS
        self.waiting = None
        turns.count += 1

    def require_in_time(self, now: float) -> None:
        """Raises TooSlow when the first frame waits for longer than it may."""
        if self.waiting is not None and now > self._deadline:
            raise TooSlow

    @property
    def count(self) -> int:
        """How many frames wait."""
        return len(self.waiting) if self.waiting is not None else 0

    def _write(self, some: bytes | memoryview) -> int:
        try:
            return self.write(some)
        except BlockingIOError:
            return 0
