"""One WebSocket's connection under the event loop: read when there is something, written to at once.

No greenlet and no thread stands by it; a quiet one costs its few Python objects and a place in epoll.
Nothing here may block: it runs inside the loop.
"""

from socket import SHUT_WR
from time import monotonic
from typing import Any, Protocol

from gevent import get_hub

from foundation.metrics import frames_sent, sockets_dropped
from realtime.frames import CLOSE, NORMAL, PING, PONG, close_frame, frame
from realtime.outgoing import Outgoing, TooSlow, turns
from realtime.reading import BadFrame, FrameReader, Heard

SLOW, GONE, CLOSED = "slow", "gone", "closed"
"""Why a connection ended: its reader was too slow, we let its person go, or it closed or broke."""
LEAVE_SECONDS = 2.0
_CHUNK = 16 * 1024
_MOST_PASSED_OVER = 256 * 1024
_MANY_WAITING = 32
_READ, _WRITE = 1, 2


class Tcp(Protocol):
    """What we use of a socket that never blocks."""

    def fileno(self) -> int: ...
    def send(self, some: bytes | memoryview, /) -> int: ...
    def recv(self, most: int, /) -> bytes: ...
    def shutdown(self, how: int, /) -> None: ...
    def close(self) -> None: ...


class Wire:
    """Whole messages in, frames out. Whoever builds on it says what a message means (`take`, `ended`).

    `number` is the socket's descriptor: ours while `is_open`, perhaps somebody else's once it is closed.
    `is_open` while something may still be said. Once we have said goodbye, whatever comes is passed over for
    a moment, so that the other end can read it. `is_busy` means that nothing more should be read for now.
    """

    __slots__ = (
        "_leave_by", "_passed_over", "_readable", "_reader", "_tcp", "_writable", "is_open", "number", "out",
    )  # fmt: skip
    is_busy = False

    def __init__(self, tcp: Tcp, most: int) -> None:
        self._tcp: Tcp | None = tcp
        self.number = tcp.fileno()
        self._reader = FrameReader(most)
        self._readable: Any = get_hub().loop.io(self.number, _READ)
        self._writable: Any = None
        self._leave_by = 0.0
        self._passed_over = 0
        self.out = Outgoing(tcp.send)
        self.is_open = True

    def take(self, message: Heard) -> None:
        """A whole text or binary message. May raise BadFrame."""
        raise NotImplementedError

    def ended(self, why: str) -> None:
        """The connection is no more."""
        raise NotImplementedError

    def begin(self) -> None:
        """Listen; somebody may have gone before they were answered."""
        if self._tcp is not None:
            self._readable.start(self._read)

    def put(self, some: bytes) -> None:
        """Send these bytes after everything before them; a connection that cannot take them is cut."""
        if not self.is_open:
            return
        frames_sent.inc()
        try:
            self.out.put(some, monotonic())
        except TooSlow:
            self.cut(SLOW)
        except OSError:
            self.cut(CLOSED)
        else:
            self._wait_for_room()

    def keep(self, some: bytes, sent: int) -> None:
        """`fan_out` wrote so many of these bytes: the others follow when there is room."""
        self.out.keep(some, sent, monotonic())
        self._wait_for_room()

    def leave(self, code: int = NORMAL) -> None:
        """Say goodbye; the connection ends when the other end does, or in a moment."""
        if self.is_open:
            self.put(close_frame(code))
            self._close_its_door()
            self._leave_by = monotonic() + LEAVE_SECONDS
            self._hang_up_if_all_is_said()
            self.settle()

    def cut(self, why: str) -> None:
        """End it now, whatever still waits."""
        if self._tcp is None:
            return
        self._close_its_door()
        for watcher in (self._readable, self._writable):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        self._readable = self._writable = None
        self._tcp.close()
        self._tcp = None
        self.out.waiting = None
        sockets_dropped.labels(why).inc()
        self.ended(why)

    def _close_its_door(self) -> None:
        self.is_open = False
        turns.count += 1

    def settle(self) -> None:
        """Read on, or not: who does not read, or is not done with what was said, is not read from either."""
        if self._tcp is None:
            return
        is_wanted = not self.is_open or not (self.is_busy or self.out.count > _MANY_WAITING)
        if is_wanted and not self._readable.active:
            self._readable.start(self._read)
        elif not is_wanted and self._readable.active:
            self._readable.stop()

    def look(self, now: float) -> None:
        """Once a second: cut it when a frame waits for too long, or when it has not left in time."""
        try:
            self.out.require_in_time(now)
        except TooSlow:
            self.cut(SLOW)
        if self._leave_by and now > self._leave_by:
            self.cut(GONE)

    def _read(self) -> None:
        if self._tcp is None:
            return
        try:
            received = self._tcp.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            received = b""
        if not received:
            self.cut(CLOSED)
        elif self.is_open:
            self._hear(received)
        else:
            self._pass_over(received)

    def _hear(self, received: bytes) -> None:
        try:
            for message in self._reader.feed(received):
                if not self.is_open:
                    return
                self._answer(message)
        except BadFrame as bad:
            self.leave(bad.code)

    def _answer(self, message: Heard) -> None:
        if message.opcode == PING:
            self.put(frame(PONG, message.body))
        elif message.opcode == CLOSE:
            self.put(frame(CLOSE, message.body[:2]))
            self.cut(CLOSED)
        elif message.opcode != PONG:
            self.take(message)

    def _pass_over(self, received: bytes) -> None:
        self._passed_over += len(received)
        if self._passed_over > _MOST_PASSED_OVER:
            self.cut(GONE)

    def _wait_for_room(self) -> None:
        if self.out.waiting is None or self._tcp is None:
            return
        if self._writable is None:
            self._writable = get_hub().loop.io(self.number, _WRITE)
            self._writable.start(self._write)
        self.settle()

    def _write(self) -> None:
        try:
            self.out.flush(monotonic())
        except OSError:
            self.cut(CLOSED)
            return
        if self.out.waiting is None:
            self._writable.stop()
            self._writable.close()
            self._writable = None
            self._hang_up_if_all_is_said()
        self.settle()

    def _hang_up_if_all_is_said(self) -> None:
        """After the goodbye: the other end reads it, finds that nothing more comes, and closes too."""
        if self._leave_by and self.out.waiting is None and self._tcp is not None:
            try:
                self._tcp.shutdown(SHUT_WR)
            except OSError:
                self.cut(CLOSED)
