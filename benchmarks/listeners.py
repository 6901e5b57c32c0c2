"""Many sockets in one process of their own: they join a room and note when each question arrives.

`python -m benchmarks.listeners URL`, with `{"tokens": [...], "room": slug}` on the first line of its input.
It says `ready`, then for each question its id and when every socket had it. The clock is the machine's own,
which all processes share.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.load.crowd import Crowd

_AT_ONCE = 20
_PATIENCE_SECONDS = 120.0
_QUESTION = re.compile(rb'"stream":"pub".*?"kind":"question".*?"question":\{"id":"(\w+)"')


class Listeners:
    """The sockets of another process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def arrivals(self, question: str) -> list[float]:
        """When each socket had this question, in seconds of `perf_counter`."""
        told = self._line()
        assert told["question"] == question, told
        return [float(one) for one in told["at"]]

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def listening(url: str, tokens: Sequence[str], room: str) -> Iterator[Listeners]:
    """So many sockets, all joined when the block begins."""
    command = [sys.executable, "-m", "benchmarks.listeners", url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps({"tokens": tokens, "room": room}) + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == "ready\n"
            yield Listeners(process)
        finally:
            process.terminate()


def main(url: str) -> None:
    told = json.loads(sys.stdin.readline())
    crowd = Crowd()
    crowd.come_in(
        url, told["tokens"], told["room"], at_once=_AT_ONCE, plain=False, patience=_PATIENCE_SECONDS
    )
    print("ready", flush=True)
    arrived: dict[str, list[float]] = {}
    while True:
        for _, message, at in crowd.listen(_PATIENCE_SECONDS):
            _hear(message, at, arrived, len(crowd.members))


def _hear(message: bytes, at: float, arrived: dict[str, list[float]], everybody: int) -> None:
    found = _QUESTION.search(message)
    if found is None:
        return
    question = found[1].decode()
    arrived.setdefault(question, []).append(at)
    if len(arrived[question]) == everybody:
        print(json.dumps({"question": question, "at": arrived.pop(question)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
