"""The worker's loop: deliver, sweep once a minute, and stop within a second when told to."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from foundation.database import Database
from foundation.heartbeat import beat
from foundation.settings import Settings
from jobs.deleted import write_down_deleted
from jobs.deliver import BATCH, Post, deliver_due
from jobs.fetching.loop import start_fetching
from jobs.judging import start_judging
from jobs.replying.loop import start_replying
from jobs.sweep import sweep
from mail.send import Sender, sender_for

POLL_SECONDS = 0.5
SWEEP_SECONDS = 60.0
AWAY_SECONDS = 2.0
_FAREWELL_SECONDS = 0.5

log = logging.getLogger("evenside.jobs")


def run(
    database: Database,
    settings: Settings,
    clock: Callable[[], datetime],
    stop: threading.Event,
    *,
    sender: Sender | None = None,
) -> None:
    """Work until `stop` is set; the mail being sent is finished first. Many workers may run at once."""
    post = Post(database, settings, sender or sender_for(settings), clock, stop)
    turn = Turn(post)
    log.info("worker begins")
    fetching = start_fetching(post)
    start_replying(post)
    start_judging(post)
    while not stop.is_set():
        stop.wait(turn.take())
    fetching.join(_FAREWELL_SECONDS)
    log.info("worker ends")


class Turn:
    """One round of the loop, and when the next sweep is due."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.sweep_due = time.monotonic()

    def take(self) -> float:
        """Do what is due; returns the seconds to rest."""
        try:
            claimed = self._deliver()
            self._sweep()
        except SQLAlchemyError:
            log.exception("the database is away; trying again")
            return AWAY_SECONDS
        beat(self.post.settings)
        return 0.0 if claimed == BATCH else POLL_SECONDS

    def _deliver(self) -> int:
        """How many were claimed. What nobody foresaw must not end the process, and the house with it."""
        try:
            return deliver_due(self.post)
        except SQLAlchemyError:
            raise
        except Exception:
            log.exception("a round of deliveries went wrong")
            return 0

    def _sweep(self) -> None:
        if time.monotonic() >= self.sweep_due:
            self.sweep_due = time.monotonic() + SWEEP_SECONDS
            sweep(
                self.post.database,
                now=self.post.clock(),
                keep_days=self.post.settings.keep_questions_days,
            )
            write_down_deleted(self.post.database, self.post.settings.data)
