"""`python -m benchmarks.load`: reads one order a line, in JSON, and answers each with a line.

An order is `{"do": name, ...}`; the names are those of ORDERS. It ends with its input.
"""

import json
import select
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from statistics import median, quantiles
from typing import Any

from benchmarks.load.answers import ask
from benchmarks.load.crowd import Crowd
from benchmarks.load.member import Member
from benchmarks.load.relay import relay
from benchmarks.load.voting import vote
from foundation.columns import new_id

Order = Mapping[str, Any]
Answer = dict[str, Any]


def _come_in(crowd: Crowd, order: Order) -> Answer:
    begun = time.perf_counter()
    took = crowd.come_in(
        order["url"],
        order["tokens"],
        order["room"],
        at_once=order["at_once"],
        plain=order["plain"],
        patience=order["patience"],
    )
    return {"seconds": time.perf_counter() - begun, **_spread(took)}


def _relay(crowd: Crowd, order: Order) -> Answer:
    speak = _plainly if order["plain"] else _by_chat
    begun = time.perf_counter()
    tally = relay(
        crowd,
        speak,
        lines=order["lines"],
        letters=order["letters"],
        speakers=order["speakers"],
        patience=order["patience"],
    )
    return {"seconds": time.perf_counter() - begun, **tally.told()}


def _ask(crowd: Crowd, order: Order) -> Answer:
    begun = time.perf_counter()
    answers = ask(
        crowd,
        order["asks"],
        at_once=order["at_once"],
        counted=order["counted"].encode(),
        patience=order["patience"],
    )
    seconds = time.perf_counter() - begun
    told = {"seconds": seconds, "bytes": answers.bytes, "fewest": min(answers.counted)}
    return {**told, **_spread(answers.took_ms)}


def _vote(crowd: Crowd, order: Order) -> Answer:
    return vote(crowd, order["votes"], patience=order["patience"])


def _by_chat(member: Member, _line: int, words: str) -> None:
    member.call("chat", {"id": new_id(), "text": words})


def _plainly(member: Member, _line: int, words: str) -> None:
    member.say(words.encode())


def _spread(took: list[float]) -> Answer:
    p95 = quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    return {"count": len(took), "median_ms": median(took), "p95_ms": p95}


ORDERS: Mapping[str, Callable[[Crowd, Order], Answer]] = {
    "come in": _come_in,
    "relay": _relay,
    "ask": _ask,
    "vote": _vote,
}


def main() -> None:
    crowd = Crowd()
    try:
        for line in _orders(crowd):
            order = json.loads(line)
            print(json.dumps(ORDERS[order["do"]](crowd, order)), flush=True)
    finally:
        crowd.leave()


def _orders(crowd: Crowd) -> Iterator[str]:
    """Between two orders the crowd goes on answering pings, or it would be sent away."""
    waiting = select.poll()
    waiting.register(sys.stdin, select.POLLIN)
    waiting.register(crowd, select.POLLIN)
    while True:
        if any(fd == sys.stdin.fileno() for fd, _ in waiting.poll()):
            line = sys.stdin.readline()
            if not line:
                return
            yield line
        else:
            for _ in crowd.listen(0):
                pass


if __name__ == "__main__":
    main()
