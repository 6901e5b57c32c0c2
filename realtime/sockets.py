"""Engine.IO over our own WebSocket: the sockets that python-engineio keeps, with none of its greenlets.

python-engineio's own socket holds four greenlets, a queue without a bound and the whole request; under gevent
its driver drops bytes at a short write (docs/decisions/0021). Its server still judges who may come in.
"""

from collections import deque
from time import monotonic
from typing import Any

import gevent

from realtime.frames import NORMAL, TEXT, text_frame
from realtime.reading import Heard
from realtime.wires import CLOSED, Tcp, Wire

COME_IN_SECONDS = 20.0
_PING = text_frame("2")
_FAREWELL = text_frame("1")
_MESSAGE, _PONG, _CLOSE = "4", "3", "1"
_MANY_UNHEARD = 16


class LiveSocket(Wire):
    """What python-engineio's server asks of a socket, and no more. Its messages are heard one by one.

    `sid` is the Engine.IO id; `all_open` holds it until its connection is no more, which may be after its
    session. While something of it is being heard, `_unheard` holds what came since.
    """

    __slots__ = (
        "_all_open", "_come_in_by", "_engine", "_ping_at", "_pinged", "_unheard", "_why",
        "closed", "closing", "sid",
    )  # fmt: skip
    connected = upgraded = True
    upgrading = False

    def __init__(self, engine: Any, sid: str, tcp: Tcp, all_open: set["LiveSocket"]) -> None:
        super().__init__(tcp, engine.max_http_buffer_size)
        self._engine = engine
        self._all_open = all_open
        all_open.add(self)
        self._unheard: deque[str] | None = None
        self._ping_at = monotonic() + engine.ping_interval
        self._pinged = False
        self._why = ""
        self._come_in_by: float | None = None
        self.sid = sid
        self.is_outside()
        self.closing = self.closed = False

    @property
    def is_busy(self) -> bool:  # type: ignore[override]
        return self._unheard is not None and len(self._unheard) > _MANY_UNHEARD

    def is_outside(self) -> None:
        """Nobody has shown on this connection who they are: it stays for a moment only."""
        self._come_in_by = monotonic() + COME_IN_SECONDS

    def is_inside(self) -> None:
        self._come_in_by = None

    def send(self, packet: Any) -> None:
        """One Engine.IO packet; ours are all text."""
        self.put(text_frame(packet.encode()))

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Say goodbye in Engine.IO's words and in WebSocket's, and hear nothing more on this connection."""
        self._end(reason or self._engine.reason.SERVER_DISCONNECT)
        if not abort:
            self.put(_FAREWELL)
        self.leave()

    def leave(self, code: int = NORMAL) -> None:
        """A goodbye ends the session too."""
        self._end(self._engine.reason.TRANSPORT_ERROR)
        super().leave(code)

    def ended(self, why: str) -> None:
        """Without a goodbye."""
        self._all_open.discard(self)
        is_late = why != CLOSED
        self._end(self._engine.reason.TRANSPORT_ERROR if is_late else self._engine.reason.TRANSPORT_CLOSE)

    def take(self, message: Heard) -> None:
        """A binary message is an attachment, of which we take none: its event is refused by itself."""
        if message.opcode != TEXT:
            return
        text = message.text
        kind = text[:1]
        if kind == _MESSAGE:
            self._hear_later(text[1:])
        elif kind == _PONG:
            self._pinged, self._ping_at = False, monotonic() + self._engine.ping_interval
        elif kind == _CLOSE:
            self._end(self._engine.reason.CLIENT_DISCONNECT)
            self.leave()

    def look(self, now: float) -> None:
        """Once a second: ping it when its time has come, and let it go when it does not answer or come in."""
        super().look(now)
        if self._is_late(now):
            self.close()
        if not self.is_open or now < self._ping_at:
            return
        if self._pinged:
            self._end(self._engine.reason.PING_TIMEOUT)
            self.cut(CLOSED)
            return
        self._pinged, self._ping_at = True, now + self._engine.ping_timeout
        self.put(_PING)

    def _is_late(self, now: float) -> bool:
        """Outside for too long. Whoever has said who they are and waits for our answer in a rush is not."""
        return self._come_in_by is not None and now > self._come_in_by and self._unheard is None

    def _hear_later(self, text: str) -> None:
        if self._unheard is None:
            self._unheard = deque((text,))
            gevent.spawn(self._hear_all)
        else:
            self._unheard.append(text)
            self.settle()

    def _hear_all(self) -> None:
        """In order, each after the one before it is done; the end comes last.

        Also what came just before the end: somebody in danger may have written it and left.
        """
        while self._unheard:
            text = self._unheard.popleft()
            self.settle()
            self._engine._trigger_event("message", self.sid, text, run_async=False)
        self._unheard = None
        if self.closed:
            self._tell_end()

    def _end(self, why: str) -> None:
        """The session is over. Whoever keeps it is told by a greenlet, since we may be inside the loop."""
        if self.closed:
            return
        self.closing = self.closed = True
        self._why = why
        self._engine.sockets.pop(self.sid, None)
        if self._unheard is None:
            gevent.spawn(self._tell_end)

    def _tell_end(self) -> None:
        self._engine._trigger_event("disconnect", self.sid, self._why, run_async=False)
