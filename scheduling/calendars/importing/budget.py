"""So much processor time, and no more."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from scheduling.calendars.importing.refusals import too_slow


@contextmanager
def within(seconds: float, what: str = "", *, whole: bool = False) -> Iterator[None]:
    """Raise CalendarRefused in the middle of the block once it has used that much processor time for `what`.

    The clock is a signal, which only a process's main thread hears: calendars are read in a process of
    their own, where nothing else asks for it. Elsewhere the block runs without one. The budget of the
    `whole` and that of one part go by different clocks, so that one can stand inside the other.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def over(_number: int, _frame: FrameType | None) -> None:
        raise too_slow(what)

    number, clock = (
        (signal.SIGPROF, signal.ITIMER_PROF) if whole else (signal.SIGVTALRM, signal.ITIMER_VIRTUAL)
    )
    before = signal.signal(number, over)
    signal.setitimer(clock, seconds)
    try:
        yield
    finally:
        signal.setitimer(clock, 0)
        signal.signal(number, before)
