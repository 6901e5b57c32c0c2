"""Listening before anybody waits: verdicts are found in a thread of the system and remembered.

One sentence costs some milliseconds of work. Done on the event loop, or inside a transaction, hundreds of
others would wait for it; done here first, `screen` inside the command answers from memory.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, cast

from gevent.monkey import is_module_patched
from gevent.threadpool import ThreadPool

from safety.meaning import is_there
from safety.screening import Tier, Verdict, by_rules, screen


def listen_first(texts: Iterable[str]) -> None:
    """Find and remember what is to be said of these texts. Only the caller waits."""
    for text in texts:
        if text:
            _beside_the_loop(screen, text)


def rules_hear_danger(text: str) -> bool:
    """By rules alone, for a flood: cheaper than meaning, yet a long text keeps them at it for a while."""
    return _beside_the_loop(by_rules, text).tier is Tier.CRISIS


def warm() -> None:
    """Read the file of meaning and judge one sentence, before anybody is served."""
    if is_there():
        screen("Nobody has said anything yet.")


def _beside_the_loop(call: Callable[[str], Verdict], text: str) -> Verdict:
    if is_module_patched("threading"):
        return cast(Verdict, _thread().apply(call, (text,)))
    return call(text)


@cache
def _thread() -> Any:
    """One for the process: a flood waits for itself and takes no more than one core."""
    return ThreadPool(1)
