"""A socket takes what it likes; what its reader gets is every frame, whole and in order, or nothing more."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.outgoing import MOST_WAITING, SEND_SECONDS, Outgoing, TooSlow


class ReluctantSocket:
    """Takes as many bytes at a time as it is told to, one number for each write; without a number, none."""

    def __init__(self, takes: Iterable[int] = ()) -> None:
        self.takes = list(takes)
        self.taken = b""

    def write(self, some: bytes | memoryview) -> int:
        if not self.takes or self.takes[0] == 0:
            self.takes = self.takes[1:]
            raise BlockingIOError
        taken = bytes(some[: self.takes.pop(0)])
        self.taken += taken
        return len(taken)

    def open_up(self) -> None:
        self.takes = [1 << 20] * 1000


frames = st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=60)
appetites = st.lists(st.integers(min_value=0, max_value=60), max_size=80)


@given(frames, appetites, st.lists(st.booleans(), max_size=120))
def test_any_pattern_of_short_writes_leaves_the_bytes_intact(
    said: list[bytes], takes: list[int], puts: list[bool]
) -> None:
    """Frames and chances to write come in any mixture; at the end the socket takes all."""
    socket = ReluctantSocket(takes)
    out = Outgoing(socket.write)
    waiting = list(said)
    for is_put in puts:
        if is_put and waiting:
            out.put(waiting.pop(0), 0.0)
        else:
            out.flush(0.0)
        assert b"".join(said).startswith(socket.taken)
    for frame in waiting:
        out.put(frame, 0.0)
    socket.open_up()
    out.flush(0.0)
    assert socket.taken == b"".join(said)
    assert out.waiting is None


@given(st.binary(min_size=2, max_size=200), st.data())
def test_a_frame_that_another_wrote_in_part_is_finished_first(frame: bytes, data: st.DataObject) -> None:
    """The fan-out writes by itself and leaves the rest here."""
    sent = data.draw(st.integers(min_value=0, max_value=len(frame)))
    socket = ReluctantSocket()
    socket.taken = frame[:sent]
    out = Outgoing(socket.write)
    out.keep(frame, sent, 0.0)
    socket.open_up()
    out.put(b"next", 0.0)
    out.flush(0.0)
    assert socket.taken == frame + b"next"


def test_only_so_many_frames_wait() -> None:
    out = Outgoing(ReluctantSocket([1]).write)
    for number in range(MOST_WAITING):
        out.put(b"frame", float(number) / 1000)
    assert out.count == MOST_WAITING
    with pytest.raises(TooSlow):
        out.put(b"one more", 1.0)
    assert out.count == MOST_WAITING


def test_a_frame_that_nobody_takes_is_too_late() -> None:
    out = Outgoing(ReluctantSocket().write)
    out.require_in_time(1000.0)
    out.put(b"frame", 1000.0)
    out.require_in_time(1000.0 + SEND_SECONDS)
    with pytest.raises(TooSlow):
        out.require_in_time(1000.1 + SEND_SECONDS)


def test_a_slow_reader_who_reads_has_time_for_each_frame() -> None:
    socket = ReluctantSocket()
    out = Outgoing(socket.write)
    out.put(b"one", 0.0)
    out.put(b"two", 0.0)
    socket.takes = [3]
    out.flush(SEND_SECONDS)
    out.require_in_time(2 * SEND_SECONDS)
    with pytest.raises(TooSlow):
        out.require_in_time(2 * SEND_SECONDS + 0.1)


def test_a_socket_that_broke_says_so() -> None:
    def broken(_some: bytes | memoryview) -> int:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        Outgoing(broken).put(b"frame", 0.0)
