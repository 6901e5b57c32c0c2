"""Slow readers, endless frames, crowds that come and go: the others notice nothing, memory is bounded."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import websocket

from benchmarks.load.frames import masked
from realtime.outgoing import SEND_SECONDS
from realtime.valkey import ValkeyWakeups
from realtime.wakeups import tell_after_commits
from tests.faults.live.conftest import Meeting
from tests.faults.live.powers import lasting, megabytes_of, sockets_of
from tests.hall import Hall, a_hall, compare
from tests.hall_guest import Guest
from tests.live_house import LiveEvening, a_live_evening

LINES_A_SECOND = 12
ROOM_FOR_MEMORY = 40
"""Megabytes by which the web processes may have grown, together: Python gives little back at once."""
LONG_LINE = "I have been here since the spring, and what I wanted to say tonight is this. " * 100
"""A thousand of them are more than the systems of both ends keep for a line."""
HUGE = 60_000_000
MANY_HUGE = 12
RETURNS_A_SECOND = 200


def test_a_reader_that_stalls_while_thousands_of_events_pass(meeting: Meeting) -> None:
    """Case 8: cut off when too much waits for it; back again it has the room as it is. The rest hear all."""
    evening = a_live_evening(meeting.house.database, 8)
    with a_hall(meeting.house, evening) as hall, wakeups_of(meeting, evening):
        hall.seat([evening.desk_token, *evening.tokens])
        slow = hall.guests[-1]
        before = megabytes_of(meeting.webs())
        hall.stall(slow)
        begun = time.monotonic()
        hall.run_while(lambda: evening.write_lines(int(lasting(1000, 3000)), LONG_LINE, at_once=1))
        hall.run_for(max(0.0, lasting(SEND_SECONDS + 2, 120) - (time.monotonic() - begun)))
        hall.run_until(lambda: all_but(hall, slow, evening), "the others did not hear all")
        grown = megabytes_of(meeting.webs()) - before
        hall.read_on(slow)
        hall.run_until(lambda: slow.came_in > 1 and slow.inside, "it was not cut off, or did not come back")
        compare(hall, evening)
    assert slow.jumps, "it was given all that it missed, one by one"
    assert grown < ROOM_FOR_MEMORY, f"{grown:.0f} MB"


def test_many_huge_frames_at_once(meeting: Meeting) -> None:
    """Each is cut off at its head; the bytes that follow are not kept."""
    hall, before, returns = meeting.hall, megabytes_of(meeting.webs()), meeting.hall.returns()
    with hall.talking(meeting.talkers, 1 / LINES_A_SECOND):
        sent: list[int] = []
        hall.run_while(lambda: sent.extend(send_huge_frames(meeting.house.url)))
    compare(hall, meeting.evening)
    assert max(sent) < HUGE / 4
    assert megabytes_of(meeting.webs()) - before < ROOM_FOR_MEMORY
    assert hall.returns() == returns


def test_two_hundred_come_back_every_second(meeting: Meeting) -> None:
    hall, webs = meeting.hall, meeting.webs()
    settle_sockets(meeting)
    megabytes, returns = megabytes_of(webs), hall.returns()
    seconds = lasting(3, 60)
    with hall.talking(meeting.talkers, 1 / LINES_A_SECOND):
        for second in range(int(seconds)):
            begun, guests = time.monotonic(), hall.guests[1:]
            for place in range(RETURNS_A_SECOND):
                hall.tear(guests[(second * RETURNS_A_SECOND + place) % len(guests)])
            hall.run_for(max(0.1, 1 - (time.monotonic() - begun)))
    compare(hall, meeting.evening)
    settle_sockets(meeting)
    assert hall.returns() > returns
    assert meeting.webs() == webs
    assert megabytes_of(webs) - megabytes < ROOM_FOR_MEMORY


def all_but(hall: Hall, slow: Guest, evening: LiveEvening) -> bool:
    last = len(evening.told())
    return all(one.at == last for one in hall.guests if one is not slow)


@contextmanager
def wakeups_of(meeting: Meeting, evening: LiveEvening) -> Iterator[None]:
    """What the story writes is told as if another web process had written it: commit by commit."""
    kept = evening.database.after_commit
    tell_after_commits(evening.database, ValkeyWakeups(meeting.valkey.url))
    yield
    evening.database.after_commit = kept


def send_huge_frames(url: str) -> list[int]:
    """How many bytes of each frame the server took before it ended the line."""
    address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    with ExitStack() as lines:
        opened = []
        for _ in range(MANY_HUGE):
            line = websocket.create_connection(address, origin=url, timeout=60)
            lines.callback(line.shutdown)
            assert isinstance(line.sock, socket.socket)
            opened.append(line.sock)
        return [send_until_cut(line) for line in opened]


def send_until_cut(line: socket.socket) -> int:
    frame, sent = masked(b"4" + b"x" * HUGE), 0
    try:
        while sent < len(frame):
            sent += line.send(frame[sent : sent + 65_536])
    except OSError:
        pass
    return sent


def settle_sockets(meeting: Meeting) -> None:
    """The web processes hold a socket for each guest, and few others."""
    meeting.hall.run_until(meeting.hall.is_settled, "somebody is not back")
    most = len(meeting.hall.guests) + 60
    meeting.hall.run_until(lambda: sockets_of(meeting.webs()).total() <= most, "sockets were left open")
