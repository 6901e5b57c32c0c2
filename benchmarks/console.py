"""Each act at the desk with 400 questions waiting and 300 members: until the answer has come back.

An act goes over the moderator's socket, as from the console; what the console then fetches is a request of
its own. The limit is one bare transaction: a question's state changed and one event written.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from benchmarks.bare import Bare, timed
from benchmarks.engines import ENGINES, NAMES, durable_house
from benchmarks.full_room import FullRoom, a_full_room
from benchmarks.report import Row
from benchmarks.wire import Wire
from cli.wiring import utc_now
from foundation.columns import new_id
from tests.house import House
from tests.visitor import Visitor

TITLE = "One act at the desk, 400 questions waiting"
GOAL = 50.0
WAITING, TIMES, WARM = 400, 20, 3
_PAUSE_SECONDS = 0.05
_CHANGE = "UPDATE room_question SET state = 'live', version = version + 1 WHERE id = :question"
_TELL = (
    "INSERT INTO room_event (room_id, stream, seq, ordinal, kind, at, body)"
    " VALUES (:room, 'bare', :number, :ordinal, 'question', :now, :body)"
)
_BODY = "x" * 700
Act = Callable[[str], dict[str, Any]]
ACTS: dict[str, Act] = {
    "claim": lambda question: {"action": "claim"},
    "edit, then approve": lambda question: {"action": "approve", "text": f"A fair wording of {question}?"},
    "approve": lambda question: {"action": "approve"},
    "reject": lambda question: {"action": "reject", "reason": "names"},
    "reply": lambda question: {"action": "reply", "text": "We will speak about it next week."},
    "escalate": lambda question: {"action": "escalate"},
}


def measure(waiting: int = WAITING, times: int = TIMES) -> list[Row]:
    return [row for engine in ENGINES for row in _on(engine, waiting, times)]


def _on(engine: str, waiting: int, times: int) -> Iterator[Row]:
    with durable_house(engine) as house:
        room = a_full_room(house, questions=waiting)
        limit = _bare(house, room, times)
        with Visitor(house) as console:
            console.sign_in(room.desk_email)
            for name, samples in (*_fetches(console, room, times), *_acts(house, room, times)):
                yield Row(f"{name}, {NAMES[engine]}", samples, GOAL, limit)


def _bare(house: House, room: FullRoom, times: int) -> list[float]:
    with Bare(house.database) as bare:
        return [timed(_transaction, bare, room, number) for number in range(times)]


def _transaction(bare: Bare, room: FullRoom, number: int) -> None:
    told = {
        "room": room.evening.room_id, "number": number + 1, "ordinal": 1_000_000 + number,
        "now": utc_now(), "body": _BODY,
    }  # fmt: skip
    bare.transaction([(_CHANGE, {"question": new_id()}), (_TELL, told)])


def _acts(house: House, room: FullRoom, times: int) -> Iterator[tuple[str, list[float]]]:
    desk = Wire(house.url, room.desk_token)
    desk.call("join", {"room": room.slug})
    left = iter(room.waiting)
    target = next(left)
    merge: Act = lambda question: {"action": "merge", "into": target}  # noqa: E731
    for name, act in {**ACTS, "merge": merge}.items():
        samples = [_timed_act(desk, next(left), act) for _ in range(WARM + times)]
        yield name, samples[WARM:]


def _timed_act(desk: Wire, question: str, act: Act) -> float:
    time.sleep(_PAUSE_SECONDS)
    return timed(desk.call, "moderate", {"question": question, "id": new_id(), "version": 1, **act(question)})


def _fetches(console: Visitor, room: FullRoom, times: int) -> Iterator[tuple[str, list[float]]]:
    """Before any act, so that all 400 wait."""
    base = f"/staff/live/{room.slug}"
    fetch = partial(console.time, times=times)
    yield "one card fetched", fetch(f"{base}/cards?ids={room.waiting[0]}")
    yield "thirty cards fetched", fetch(f"{base}/part/waiting?skip=30")
    yield (
        "every panel fetched",
        fetch(f"{base}/panels?only=bar.here.notice.lane.hands.backstage.people.fairness"),
    )
    yield "searched by words", fetch(f"{base}/part/waiting?words=naltrexone")
    yield "the whole page", fetch(base)
