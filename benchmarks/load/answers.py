"""Asks that many members send at once, and how long each answer took."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.load.crowd import Crowd
from benchmarks.load.member import NAMESPACE, HungUp, Member

ANSWER = re.compile(rf"43{NAMESPACE},(\d+)\[".encode())
_YES = (b'"ok":true', b'"ok": true')


@dataclass
class Answers:
    """What came back: milliseconds each, bytes of all, and how often each answer held `counted`."""

    took_ms: list[float] = field(default_factory=list)
    bytes: int = 0
    counted: list[int] = field(default_factory=list)


def ask(
    crowd: Crowd, asks: Iterable[tuple[int, str, object]], *, at_once: int, counted: bytes, patience: float
) -> Answers:
    """Each ask is (member, event, data); so many wait for their answer at any time.

    Raises HungUp when one is refused, TookTooLong.
    """
    left, answers = iter(asks), Answers()
    waiting: dict[tuple[int, int], float] = {}
    _send(crowd, left, at_once, waiting)
    for member, message, at in crowd.hear(time.perf_counter() + patience):
        found = ANSWER.match(message)
        if found is None or (member.number, int(found[1])) not in waiting:
            continue
        answers.took_ms.append((at - waiting.pop((member.number, int(found[1])))) * 1000)
        answers.bytes += len(message)
        answers.counted.append(message.count(counted))
        require_yes(member, message)
        _send(crowd, left, 1, waiting)
        if not waiting:
            break
    return answers


def require_yes(member: Member, message: bytes) -> None:
    if not any(yes in message[:120] for yes in _YES):
        raise HungUp(f"socket {member.number} was answered {message[:200]!r}")


def _send(
    crowd: Crowd, left: Iterable[tuple[int, str, object]], count: int, waiting: dict[tuple[int, int], float]
) -> None:
    for (number, event, data), _ in zip(left, range(count), strict=False):
        waiting[number, crowd.members[number].call(event, data)] = time.perf_counter()
