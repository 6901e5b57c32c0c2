"""Case 9: five hundred in a room on two web processes, one of which is gone from one moment to the next."""

import os
import signal

from tests.faults.live.conftest import Meeting
from tests.faults.live.powers import lasting, sockets_of
from tests.hall import compare

LINES_A_SECOND = 12


def test_killed_in_the_middle_of_a_broadcast(meeting: Meeting) -> None:
    hall, before = meeting.hall, meeting.hall.returns()
    [(victim, lines)] = sockets_of(meeting.webs()).most_common(1)
    with hall.talking(meeting.talkers, 1 / LINES_A_SECOND):
        hall.run_for(0.5)
        os.kill(victim, signal.SIGKILL)
        hall.run_until(lambda: hall.returns() >= before + lines // 2, "they did not come back")
        hall.run_for(lasting(0.5, 20))
    compare(hall, meeting.evening)
    assert victim not in meeting.webs()


def test_a_reload_during_the_meeting(meeting: Meeting) -> None:
    hall, old = meeting.hall, set(meeting.webs())
    with hall.talking(meeting.talkers, 1 / LINES_A_SECOND):
        hall.run_for(0.3)
        meeting.house.server.send_signal(signal.SIGHUP)
        hall.run_until(lambda: not old & set(meeting.webs()), "an old web process is still there")
    compare(hall, meeting.evening)
    assert len(meeting.webs()) == len(old)
