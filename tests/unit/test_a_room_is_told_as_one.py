"""The same bytes to many sockets, in one system call or in one for each: nobody can tell which it was."""

import os
import socket
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

import gevent
import pytest

from cli import doctor_live
from cli.findings import GOOD, NOTE
from foundation.metrics import sends_in_one_call
from realtime.crowd import Crowd
from realtime.fan_out import FEW, FanOut
from realtime.frames import text_frame
from realtime.ring import LARGEST, NOTHING_YET, NoRing, Ring
from realtime.wires import Wire

CROWD = FEW + 16
TIGHT = 4096
PATIENCE = 30


def no_ring() -> Ring:
    raise NoRing("not here")


def has_rings() -> bool:
    try:
        Ring().close()
    except NoRing:
        return False
    return True


needs_a_ring = pytest.mark.skipif(not has_rings(), reason="this machine lends no io_uring")


class Line(Wire):
    """One end is ours; `read` is what came out at the other, and `why` how it ended."""

    __slots__ = ("end", "read", "why")

    def __init__(self, room: int) -> None:
        ours, self.end = socket.socketpair()
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, room)
        self.end.setblocking(False)
        super().__init__(ours, 1000)
        self.read, self.why = b"", ""

    def ended(self, why: str) -> None:
        self.why = why

    def listen(self) -> None:
        with suppress(BlockingIOError):
            self.read += self.end.recv(1_000_000)


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    """Every third has little room, so that most of what it is told is taken in parts."""
    made = [Line(TIGHT if place % 3 == 0 else 16 * LARGEST) for place in range(CROWD)]
    yield made
    for line in made:
        line.cut("over")
        line.end.close()


@pytest.fixture(
    params=[pytest.param(Ring, id="one call", marks=needs_a_ring), pytest.param(no_ring, id="each")]
)
def tell(request: pytest.FixtureRequest) -> FanOut:
    open_ring: Callable[[], Ring] = request.param
    return FanOut(open_ring)


def crowd_of(lines: Sequence[Line]) -> Crowd:
    return Crowd({str(place): line for place, line in enumerate(lines)})


def hear_all(lines: Sequence[Line], said: bytes) -> None:
    with gevent.Timeout(PATIENCE):
        while any(line.is_open and len(line.read) < len(said) for line in lines):
            for line in lines:
                line.listen()
            gevent.sleep(0)
    assert all(line.read == said for line in lines if line.is_open)


def test_whatever_is_taken_in_parts_arrives_whole_and_in_order(lines: list[Line], tell: FanOut) -> None:
    sizes = {"a": 30_000, "b": 9, "c": 40_000, "d": 300, "e": 5, "f": 60_000}
    frames, crowd = [text_frame(letter * size) for letter, size in sizes.items()], crowd_of(lines)
    for number, frame in enumerate(frames):
        tell(crowd, frame)
        if number == 0:
            assert [line.out.waiting is not None for line in lines] == [p % 3 == 0 for p in range(CROWD)]
        if number % 2:
            lines[0].listen()
            lines[1].listen()
            gevent.sleep(0)
    assert all(line.is_open for line in lines)
    hear_all(lines, b"".join(frames))
    assert all(line.out.waiting is None for line in lines)


def test_whoever_left_takes_nobody_along(lines: list[Line], tell: FanOut) -> None:
    for line in lines[5:8]:
        line.end.close()
    tell(crowd_of(lines), text_frame("hello"))
    assert [line.why for line in lines[4:9]] == ["", "closed", "closed", "closed", ""]
    hear_all(lines[:5] + lines[8:], text_frame("hello"))


def test_whoever_comes_and_goes_is_told_from_then_and_until_then(lines: list[Line], tell: FanOut) -> None:
    crowd, late = crowd_of(lines[:-1]), lines[-1]
    tell(crowd, text_frame("one"))
    crowd.add("late", late)
    tell(crowd, text_frame("two"))
    crowd.remove("late")
    tell(crowd, text_frame("three"))
    hear_all([late], text_frame("two"))
    hear_all(lines[:-1], text_frame("one") + text_frame("two") + text_frame("three"))


def test_whoever_is_said_goodbye_to_hears_nothing_after_it(lines: list[Line], tell: FanOut) -> None:
    crowd, leaving = crowd_of(lines), lines[4]
    tell(crowd, text_frame("hello"))
    leaving.leave()
    tell(crowd, text_frame("again"))
    leaving.listen()
    assert leaving.read == text_frame("hello") + b"\x88\x02\x03\xe8"


def test_a_number_that_has_passed_to_somebody_else_is_not_written_to(lines: list[Line], tell: FanOut) -> None:
    crowd, gone = crowd_of(lines), lines[3]
    tell(crowd, text_frame("before"))
    gone.cut("closed")
    theirs, end = socket.socketpair()
    with theirs, end:
        assert gone.number in (theirs.fileno(), end.fileno())
        tell(crowd, text_frame("hello"))
        for stranger in (theirs, end):
            stranger.setblocking(False)
            with pytest.raises(BlockingIOError):
                stranger.recv(1)
    everything = text_frame("before") + text_frame("hello")
    hear_all([line for line in lines if line is not gone], everything)


def test_a_forked_process_chooses_for_itself(lines: list[Line], tell: FanOut) -> None:
    tell(crowd_of(lines), text_frame("before"))
    tell._choose_anew()
    assert tell._free == []
    tell(crowd_of(lines), text_frame("after"))
    hear_all(lines, text_frame("before") + text_frame("after"))


def test_what_was_chosen_is_among_the_numbers() -> None:
    for open_ring, told in ((no_ring, 0.0), *([(Ring, 1.0)] if has_rings() else [])):
        FanOut(open_ring).choose()
        assert sends_in_one_call._value.get() == told


def test_the_doctor_says_how_a_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor_live.rooms().state == (GOOD if has_rings() else NOTE)
    monkeypatch.setattr(doctor_live, "Ring", no_ring)
    assert doctor_live.rooms().state == NOTE
    assert "not here" in doctor_live.rooms().words


@needs_a_ring
def test_more_than_the_ring_has_places_are_told_in_turns(lines: list[Line]) -> None:
    """The ring goes round several times, and begins elsewhere each time."""
    ring, roomy = Ring(), [line for place, line in enumerate(lines) if place % 3]
    for count in (1, 700, 1024, 2500, 333):
        to = [roomy[place % len(roomy)] for place in range(count)]
        assert ring.send(array("i", [line.number for line in to]), b"x") == {}
        for line in roomy:
            assert to.count(line) == 0 or line.end.recv(10_000) == b"x" * to.count(line)
    ring.close()


class Hesitant(Ring):
    """A kernel that takes on only some of what it is asked for."""

    most = 2000

    def _enter(self, count: int) -> int:
        return super()._enter(min(count, self.most))


@needs_a_ring
def test_what_the_kernel_did_not_take_on_is_sent_later(lines: list[Line]) -> None:
    ring = Hesitant()
    tell = FanOut(lambda: ring)
    crowd = crowd_of(lines)
    for ring.most in (10, 0, 2000):
        tell(crowd, text_frame("hello"))
    assert ring.is_sound
    assert sum(line.out.waiting is not None for line in lines) == CROWD - 10
    hear_all(lines, text_frame("hello") * 3)


@needs_a_ring
def test_what_was_taken_back_is_not_begun_by_the_next_call(lines: list[Line]) -> None:
    ring = Hesitant()
    numbers = array("i", [line.number for line in lines])
    ring.most = 10
    assert ring.send(numbers, b"a") == dict.fromkeys(range(10, CROWD), NOTHING_YET)
    ring.most = 2000
    assert ring.send(numbers[:20], b"b") == {}
    for line in lines:
        line.listen()
    assert [line.read for line in lines] == [b"ab"] * 10 + [b"b"] * 10 + [b""] * (CROWD - 20)


@needs_a_ring
def test_a_send_that_is_not_over_ends_its_line_and_the_ring(lines: list[Line]) -> None:
    """The kernel may still write some of it: nothing follows on that line; the ring is not used again."""
    ring, stuck = Ring(), lines[7]
    fill(stuck)
    ring._words[7::16] = array("i", [0]) * 1024  # sends may wait, on a socket that lets them
    os.set_blocking(stuck.number, True)
    tell = FanOut(lambda: ring)
    tell(crowd_of(lines), text_frame("hello"))
    assert not ring.is_sound
    assert stuck.why == "closed"
    assert sends_in_one_call._value.get() == 0
    tell(crowd_of(lines), text_frame("again"))
    hear_all([line for line in lines if line is not stuck], text_frame("hello") + text_frame("again"))


def fill(line: Line) -> None:
    with pytest.raises(BlockingIOError):
        while True:
            line.out.write(bytes(LARGEST))
