"""The crowd, from where it is ordered about."""

import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

_PATIENCE_SECONDS = 120.0


class Sockets:
    """The crowd of another process. Every order has an end in time, and raises when the crowd broke off."""

    def __init__(self, process: subprocess.Popen[str], url: str, *, plain: bool) -> None:
        self._process = process
        self._url = url
        self._plain = plain

    def come_in(
        self, tokens: Sequence[str], room: str, *, at_once: int = 30, patience: float = _PATIENCE_SECONDS
    ) -> dict[str, Any]:
        return self.order(
            "come in", url=self._url, tokens=tokens, room=room, at_once=at_once, patience=patience
        )

    def relay(
        self, lines: int, *, letters: int, speakers: int, patience: float = _PATIENCE_SECONDS
    ) -> dict[str, Any]:
        return self.order("relay", lines=lines, letters=letters, speakers=speakers, patience=patience)

    def ask(self, asks: Sequence[tuple[int, str, object]], *, at_once: int, counted: str) -> dict[str, Any]:
        """Each ask is (member, event, data). `fewest` of the answer: how often `counted` stands in each."""
        return self.order("ask", asks=asks, at_once=at_once, counted=counted, patience=_PATIENCE_SECONDS)

    def vote(self, votes: Sequence[tuple[float, int, str]]) -> dict[str, Any]:
        """Each vote is (seconds from now, member, question)."""
        return self.order("vote", votes=votes, patience=_PATIENCE_SECONDS)

    def order(self, do: str, **more: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, "plain": self._plain, **more}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the crowd broke off while it was told to {do}"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def sockets(url: str, *, plain: bool = False) -> Iterator[Sockets]:
    """An empty crowd before this address; `plain` where there is no Socket.IO behind the WebSocket."""
    let_files_be_opened()
    command = [sys.executable, "-m", "benchmarks.load"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Sockets(process, url, plain=plain)
        finally:
            process.terminate()


def let_files_be_opened() -> None:
    """As many as this machine allows, for us and for whatever we start; each socket is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
