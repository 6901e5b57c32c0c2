"""From a moderator's approval to each of 300 other clients: when the frame with the question has come.

The clients are sockets in another process on the same machine, so their reading counts too. The limit is
python-socketio alone, telling the same 300 in the same run.
"""

import time
from collections.abc import Iterator
from secrets import token_hex

from benchmarks.bare_room import bare_room
from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.full_room import MEMBERS, a_full_room
from benchmarks.listeners import Listeners, listening
from benchmarks.report import Row
from benchmarks.wire import Wire

TITLE = "From approval to arrival at 300 sockets"
GOAL_P95 = 150.0
APPROVALS, WARM = 40, 2
_PAUSE_SECONDS = 0.2


def measure(members: int = MEMBERS, approvals: int = APPROVALS) -> list[Row]:
    limit = _bare(members, approvals)
    return [row for engine in ENGINES for row in _on(engine, members, approvals, limit)]


def _bare(members: int, approvals: int) -> list[float]:
    ids = [token_hex(10) for _ in range(approvals)]
    with bare_room() as url, listening(url, ["any"] * members, "any") as crowd:
        return [took for one in _approved(Wire(url, "any"), crowd, ids) for took in one]


def _on(engine: str, members: int, approvals: int, limit: list[float]) -> Iterator[Row]:
    with durable_house(engine) as house:
        room = a_full_room(house, questions=approvals + WARM, members=members)
        with listening(house.url, room.tokens, room.slug) as crowd:
            desk = Wire(house.url, room.desk_token)
            desk.call("join", {"room": room.slug})
            each = list(_approved(desk, crowd, room.waiting))[WARM:]
    samples = [took for one in each for took in one]
    facts = {
        "goal is for the p95": GOAL_P95,
        "slowest socket of each approval, ms": [max(one) for one in each],
    }
    yield Row(f"each of {members} sockets, {NAMES[engine]}", samples, GOAL_P95, limit, facts)


def _approved(desk: Wire, crowd: Listeners, questions: list[str]) -> Iterator[list[float]]:
    """For each approval, the milliseconds until each socket had it."""
    for question in questions:
        begun = time.perf_counter()
        desk.call("moderate", {"question": question, "action": "approve", "version": 1})
        yield [(at - begun) * 1000 for at in crowd.arrivals(question)]
        time.sleep(_PAUSE_SECONDS)
