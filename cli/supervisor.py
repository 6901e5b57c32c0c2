"""Several processes under one command: what dies is started again, signals reach everybody."""

import ctypes
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

DRAIN_SECONDS = 20
_WATCH_SECONDS = 0.2
_SOON_SECONDS = 60
_PAUSE_SECONDS = 1.0
_SIGNAL_AT_PARENTS_END = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
_log = logging.getLogger("evenside.serve")


def _end_with_the_parent() -> None:
    """On Linux: whoever started us may be killed outright, and nothing should hold the port then."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SIGNAL_AT_PARENTS_END, signal.SIGTERM)


@dataclass
class Child:
    """One process that has to run. `on_hangup` is the signal that makes it read its code and settings anew:
    one that ends by it is started again."""

    name: str
    command: Sequence[str]
    on_hangup: signal.Signals
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    is_told_to_end: bool = False

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            preexec_fn=_end_with_the_parent,  # noqa: PLW1509 - no thread of ours runs yet
        )
        self.started_at, self.is_told_to_end = time.monotonic(), False

    def send(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def hang_up(self) -> None:
        self.is_told_to_end = self.on_hangup == signal.SIGTERM
        self.send(self.on_hangup)

    def restart_if_ended(self) -> bool:
        """False when it ended by itself with an error soon after its start: again would be the same."""
        if self.process is None or (status := self.process.poll()) is None:
            return True
        if not self.is_told_to_end:
            if status > 0 and time.monotonic() - self.started_at < _SOON_SECONDS:
                return False
            _log.error("a process ended; it is started again", extra={"status": status, "what": self.name})
            time.sleep(_PAUSE_SECONDS)
        self.start()
        return True

    def wait(self) -> None:
        assert self.process is not None
        try:
            self.process.wait(timeout=DRAIN_SECONDS + 10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def supervise(children: Sequence[Child]) -> int:
    """Run them until SIGTERM or SIGINT, then end them all politely. Returns the status to exit with."""
    stopping, hung_up = threading.Event(), threading.Event()
    _on_signal(stopping.set, signal.SIGTERM, signal.SIGINT)
    _on_signal(hung_up.set, signal.SIGHUP)
    for child in children:
        child.start()
    while not stopping.wait(_WATCH_SECONDS) and all(child.restart_if_ended() for child in children):
        if hung_up.is_set():
            hung_up.clear()
            for child in children:
                child.hang_up()
    for child in children:
        child.send(signal.SIGTERM)
    for child in children:
        child.wait()
    return 0 if stopping.is_set() else 1


def _on_signal(act: Callable[[], None], *numbers: signal.Signals) -> None:
    def handle(_number: int, _frame: FrameType | None) -> None:
        act()

    for number in numbers:
        signal.signal(number, handle)
