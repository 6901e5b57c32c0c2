"""Votes at their appointed moments, and when each was acknowledged and on every screen."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from benchmarks.load.answers import ANSWER, require_yes
from benchmarks.load.crowd import Crowd
from benchmarks.load.screens import Screens

_SHORT_SECONDS = 0.005
_PULSE = b'["pulse",'


@dataclass(frozen=True)
class Acknowledged:
    """`votes` is the question's number when the vote was in it."""

    question: str
    votes: int
    sent: float
    took_ms: float


def vote(crowd: Crowd, votes: Sequence[tuple[float, int, str]], *, patience: float) -> dict[str, Any]:
    """Each vote is (seconds from now, member, question). Raises HungUp for a refusal, TookTooLong."""
    left = sorted(votes, reverse=True)
    waiting: dict[tuple[int, int], tuple[float, str]] = {}
    done: list[Acknowledged] = []
    screens, broadcasts = Screens(len(crowd.members)), 0
    begun, ended = time.perf_counter(), 0.0
    while not (ended and _is_everywhere(screens, done)):
        while left and left[-1][0] <= time.perf_counter() - begun:
            _, number, question = left.pop()
            sent = time.perf_counter()
            asked = crowd.members[number].call("vote", {"question": question, "on": True})
            waiting[number, asked] = (sent, question)
        for member, message, at in crowd.listen(_SHORT_SECONDS):
            if found := ANSWER.match(message):
                require_yes(member, message)
                sent, question = waiting.pop((member.number, int(found[1])))
                count = json.loads(message[message.index(b"[") :])[0]["votes"]
                done.append(Acknowledged(question, count, sent, (at - sent) * 1000))
                continue
            broadcasts += 0 if ended else 1
            if _PULSE in message:
                screens.note(message, at)
        if not ended and not left and not waiting:
            ended = time.perf_counter()
        crowd.require_in_time(begun + patience)
    return _told(screens, done, ended - begun, broadcasts)


def _is_everywhere(screens: Screens, done: Sequence[Acknowledged]) -> bool:
    most: dict[str, int] = {}
    for one in done:
        most[one.question] = max(one.votes, most.get(one.question, 0))
    return all(screens.everywhere_at(question, votes) is not None for question, votes in most.items())


def _told(screens: Screens, done: list[Acknowledged], seconds: float, broadcasts: int) -> dict[str, Any]:
    shown = [((screens.everywhere_at(one.question, one.votes) or 0.0) - one.sent) * 1000 for one in done]
    return {
        "seconds": seconds,
        "broadcasts_per_second": broadcasts / screens.count / seconds,
        "acknowledged": dict(Counter(one.question for one in done)),
        "answer_p50_ms": quantiles([one.took_ms for one in done], n=2)[0],
        "answer_p95_ms": quantiles([one.took_ms for one in done], n=20)[-1],
        "everywhere_p50_ms": quantiles(shown, n=2)[0],
        "everywhere_p95_ms": quantiles(shown, n=20)[-1],
        "pulses": len(screens.pulses),
    }
