"""Listening before anybody waits: verdicts are found in a thread of the system and remembered.

One sentence costs some milliseconds of work. Done on the event loop, or inside a transaction, hundreds of
others would wait for it; done here first, `screen` inside the command answers from memory.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from gevent.monkey import is_module_patched
from gevent.threadpool import ThreadPool

from safety.meaning import is_there
from safety.screening import screen


def listen_first(texts: Iterable[str]) -> None:
    """Find and remember what is to be said of these texts. Only the caller waits."""
    for text in texts:
        if text:
            _beside_the_loop(screen, text)


def warm() -> None:
    """Read the files of meaning and judge one sentence, before anybody is served."""
    if is_there():
        screen("Nobody has said anything yet.")


def _beside_the_loop(call: Any, text: str) -> None:
    if is_module_patched("threading"):
        _thread().apply(call, (text,))
    else:
        call(text)


@cache
def _thread() -> Any:
    """One for the process: a flood waits for itself and takes no more than one core."""
    return ThreadPool(1)
