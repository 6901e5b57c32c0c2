"""One live socket on a pair of real ones: pings, deadlines, and its messages heard one after the other."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import SimpleNamespace
from typing import Any

import gevent
import pytest

from realtime.crowd import Crowd
from realtime.entrance import _taken_over
from realtime.fan_out import fan_out
from realtime.frames import text_frame
from realtime.sockets import COME_IN_SECONDS, LiveSocket

INTERVAL, TIMEOUT = 25.0, 20.0
NO_MASK = bytes(4)


class Engine:
    """Stands for python-engineio's server: keeps what it was told, and takes its time to hear."""

    ping_interval, ping_timeout, max_http_buffer_size = INTERVAL, TIMEOUT, 16_384
    reason = SimpleNamespace(
        SERVER_DISCONNECT="sent away", CLIENT_DISCONNECT="left", PING_TIMEOUT="silent",
        TRANSPORT_CLOSE="closed", TRANSPORT_ERROR="broken",
    )  # fmt: skip

    def __init__(self) -> None:
        self.sockets: dict[str, LiveSocket] = {}
        self.told: list[Any] = []

    def _trigger_event(self, event: str, _sid: str, data: str, *, run_async: bool) -> None:
        assert not run_async
        gevent.sleep(0)
        self.told.append((event, data))


class Phone:
    """The other end, and the live socket that talks to it."""

    def __init__(self) -> None:
        ours, self.end = socket.socketpair()
        ours.setblocking(False)
        self.end.settimeout(10)
        self.engine = Engine()
        self.open: set[LiveSocket] = set()
        self.live = LiveSocket(self.engine, "phone", ours, self.open)
        self.engine.sockets["phone"] = self.live
        self.live.is_inside()
        self.live.begin()

    def say(self, *texts: str) -> None:
        for text in texts:
            body = text.encode()
            self.end.sendall(bytes([0x81, 0x80 | len(body)]) + NO_MASK + body)

    def settle(self) -> None:
        for _ in range(50):
            gevent.sleep(0.001)


@contextmanager
def a_phone() -> Iterator[Phone]:
    made = Phone()
    try:
        yield made
    finally:
        made.live.cut("closed")
        made.settle()
        made.end.close()


@pytest.fixture
def phone() -> Iterator[Phone]:
    with a_phone() as made:
        yield made


@pytest.fixture
def other() -> Iterator[Phone]:
    with a_phone() as made:
        yield made


def test_messages_are_heard_in_order_and_the_end_comes_last(phone: Phone) -> None:
    phone.say(*(f"4{number}" for number in range(40)))
    phone.end.shutdown(socket.SHUT_WR)
    phone.settle()
    heard = [data for event, data in phone.engine.told if event == "message"]
    assert heard == [str(number) for number in range(40)]
    assert phone.engine.told[-1] == ("disconnect", "closed")
    assert not phone.open
    assert phone.engine.sockets == {}


def test_words_are_heard_though_their_writer_leaves_with_them(phone: Phone) -> None:
    """Said and closed in one movement: both are there when the loop looks."""
    phone.say("4nobody would miss me", "1")
    phone.end.close()
    phone.settle()
    assert phone.engine.told == [("message", "nobody would miss me"), ("disconnect", "left")]


def test_whoever_is_gone_before_the_greeting_is_no_fault(other: Phone) -> None:
    other.end.close()
    other.live.put(text_frame("0{}"))
    other.live.begin()
    other.settle()
    assert other.engine.told == [("disconnect", "closed")]


def test_whoever_answers_pings_stays_and_whoever_does_not_is_let_go(phone: Phone) -> None:
    now = monotonic()
    phone.live.look(now + INTERVAL + 1)
    assert phone.end.recv(100) == text_frame("2")
    phone.say("3")
    phone.settle()
    phone.live.look(now + INTERVAL + TIMEOUT - 1)
    assert phone.live.is_open
    phone.live.look(now + 2 * INTERVAL + TIMEOUT)
    phone.live.look(now + 2 * INTERVAL + 2 * TIMEOUT + 1)
    phone.settle()
    assert phone.engine.told == [("disconnect", "silent")]


def test_whoever_never_comes_in_is_sent_away(phone: Phone) -> None:
    phone.live.is_outside()
    phone.live.look(monotonic() + COME_IN_SECONDS - 1)
    assert phone.live.is_open
    phone.live.look(monotonic() + COME_IN_SECONDS + 1)
    assert not phone.live.is_open
    assert phone.end.recv(100) == text_frame("1") + b"\x88\x02\x03\xe8"
    assert phone.end.recv(100) == b""


def test_whoever_has_said_who_they_are_is_waited_for(phone: Phone) -> None:
    """In a rush our answer may take longer than they have to come in."""
    phone.live.is_outside()
    phone.say("40/live,")
    while phone.live._unheard is None:
        gevent.sleep(0)
    phone.live.look(monotonic() + COME_IN_SECONDS + 1)
    phone.settle()
    assert phone.engine.told == [("message", "0/live,")]
    phone.live.look(monotonic() + COME_IN_SECONDS + 1)
    assert not phone.live.is_open


def test_a_reader_that_stalls_is_cut_and_the_others_have_everything(phone: Phone, other: Phone) -> None:
    frame = text_frame("x" * 2_000_000)
    both = Crowd({"phone": phone.live, "other": other.live})
    fan_out(both, frame)
    fan_out(both, text_frame("last"))
    assert phone.live.out.count
    received = b""
    while not received.endswith(text_frame("last")):
        received += other.end.recv(65_536)
        gevent.sleep(0.001)
    assert received == frame + text_frame("last")
    phone.live.look(monotonic() + 60)
    assert not phone.live.is_open
    assert other.live.is_open


def test_one_that_broke_takes_no_other_with_it(phone: Phone, other: Phone) -> None:
    other.end.close()
    fan_out(Crowd({"other": other.live, "phone": phone.live}), text_frame("hello"))
    assert phone.end.recv(100) == text_frame("hello")
    assert not other.live.is_open


def test_nothing_is_heard_after_the_goodbye(phone: Phone) -> None:
    phone.live.close()
    phone.say("4too late")
    phone.settle()
    assert phone.engine.told == [("disconnect", "sent away")]


def test_the_connection_is_handed_over_and_not_doubled() -> None:
    """Of a closed double epoll would still tell; libev then registers every socket of the process anew."""
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()):
        theirs, _ = door.accept()
        ours = _taken_over({"gunicorn.socket": theirs})
        assert theirs.fileno() == -1
        ours.close()
