"""The nightly round beside the worker's own loop, so that it delays no mail and no call."""

import logging
import threading
import time

from sqlalchemy.exc import SQLAlchemyError

from jobs.deliver import Post
from scheduling.aftercare.rounds import Walk, judge_stretch, walks_due

LOOK_SECONDS = 60.0
AWAY_SECONDS = 5.0
_BREATH = 0.02
"""Between two stretches, so that whoever waits for the database comes first."""

log = logging.getLogger("evenside.jobs")


def start_judging(post: Post) -> threading.Thread:
    """Look once a minute whether it is early morning somewhere, until the worker is told to stop.

    The thread keeps nobody waiting at the end: a round goes on where it was.
    """
    thread = threading.Thread(target=_run, args=(post,), daemon=True)
    thread.start()
    return thread


def _run(post: Post) -> None:
    while not post.stop.is_set():
        post.stop.wait(turn(post))


def turn(post: Post) -> float:
    """Do every round that is due; returns the seconds to rest."""
    try:
        judge_due(post)
    except SQLAlchemyError:
        log.exception("the database is away; judging later")
        return AWAY_SECONDS
    except Exception:
        log.exception("a nightly round went wrong")
    return LOOK_SECONDS


def judge_due(post: Post) -> int:
    """Returns how many rounds were finished here. What goes wrong with one zone keeps no other waiting."""
    with post.database.read() as session:
        due = walks_due(session, now=post.clock())
    return sum(_walked(post, walk) for walk in due)


def _walked(post: Post, walk: Walk) -> bool:
    try:
        return _walk_on(post, walk)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("a nightly round went wrong", extra={"zone": walk.timezone})
        return False


def _walk_on(post: Post, walk: Walk) -> bool:
    """To the end of the round, or until another worker is at it."""
    began, here = time.monotonic(), walk
    while not post.stop.is_set() and (ahead := judge_stretch(post.database, here, now=post.clock())):
        here = ahead
        post.stop.wait(_BREATH)
    if post.stop.is_set():
        return False
    taken = round(time.monotonic() - began, 1)
    log.info("a nightly round is over", extra={"zone": walk.timezone, "seconds": taken})
    return True
