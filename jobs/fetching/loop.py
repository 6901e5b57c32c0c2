"""Fetches beside the worker's own loop, so that a slow server elsewhere delays no mail and no call."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from jobs.deliver import Post
from jobs.fetching.calendars import look_at_one as look_at_calendar
from jobs.fetching.directory import look_at_one as look_at_directory
from jobs.fetching.fetch import Fetcher

REST_SECONDS = 1.0
AWAY_SECONDS = 5.0
_LOOKS: tuple[Callable[[Post, Fetcher], bool], ...] = (look_at_calendar, look_at_directory)

log = logging.getLogger("evenside.jobs")


def start_fetching(post: Post) -> threading.Thread:
    """Look at one source after another until the worker is told to stop.

    The thread keeps nobody waiting at the end: a look that is under way is given up, and another worker takes
    it over when the lease ends.
    """
    thread = threading.Thread(target=run, args=(post, Fetcher(post.settings.reach)), daemon=True)
    thread.start()
    return thread


def run(post: Post, fetcher: Fetcher) -> None:
    while not post.stop.is_set():
        post.stop.wait(turn(post, fetcher))


def turn(post: Post, fetcher: Fetcher) -> float:
    """Look at one of each kind, if due; returns the seconds to rest."""
    rest = REST_SECONDS
    for look in _LOOKS:
        try:
            rest = 0.0 if look(post, fetcher) else rest
        except SQLAlchemyError:
            log.exception("the database is away; fetching later")
            return AWAY_SECONDS
        except Exception:
            log.exception(
                "a source could not be looked at"
            )  # its lease ends by itself, later than the others
    return rest
