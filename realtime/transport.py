"""Fan-out: what was committed goes to the sockets of this process, in the order of the commits.

The database is the truth and a wake-up only a hint: whatever was missed is read at the next one.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from threading import Lock
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from foundation.database import Database
from foundation.metrics import events_sent
from realtime.eventlog import Event, events_since, payload
from realtime.models import Room

Emit = Callable[[str, str, dict[str, Any]], None]
Later = Callable[[Callable[[], None]], object]
_BATCH = 500
_log = logging.getLogger("evenside.realtime")


def channel(room_id: str, stream: str) -> str:
    return f"{room_id}/{stream}"


class _Feed:
    """What this process has sent of one room; `woken` is set again while somebody else is sending.

    `is_planned` while the sending was given to `later` and has not begun.
    """

    def __init__(self, ordinal: int, epoch: str) -> None:
        self.ordinal = ordinal
        self.epoch = epoch
        self.woken = False
        self.is_planned = False
        self.sending = Lock()


def at_once(work: Callable[[], None]) -> None:
    """A process without a loop: stories, and whatever has to be told before one goes on."""
    work()


class Broadcaster:
    """Reads each followed room after the last number it sent, and emits. `emit(channel, event, data)`.

    `later` runs the sending: in a loop, a greenlet of its own, so that whoever wakes does not wait for it.
    """

    def __init__(self, database: Database, emit: Emit) -> None:
        self._database = database
        self._emit = emit
        self._feeds: dict[str, _Feed] = {}
        self.later: Later = at_once

    def follow(self, room_id: str) -> None:
        """Send this room's events from now on. Called before a snapshot is read, so that none is missed."""
        if room_id not in self._feeds:
            with self._database.read() as session:
                room = session.get_one(Room, room_id)
                self._feeds.setdefault(room_id, _Feed(room.ordinal, room.epoch))

    def unfollow(self, room_id: str) -> None:
        self._feeds.pop(room_id, None)

    def wake(self, room_id: str) -> None:
        """Something may have been committed. One caller sends; the others leave word and go on.

        What was committed stays so when the database is away now: the next pulse sends it.
        """
        feed = self._feeds.get(room_id)
        if feed is None:
            return
        feed.woken = True
        if not feed.is_planned:
            feed.is_planned = True
            self.later(partial(self._send_what_came, room_id, feed))

    def _send_what_came(self, room_id: str, feed: _Feed) -> None:
        feed.is_planned = False
        while feed.woken and feed.sending.acquire(blocking=False):
            try:
                feed.woken = False
                self._send(room_id, feed)
            except SQLAlchemyError:
                _log.exception("events could not be read; the next pulse tries again")
            finally:
                feed.sending.release()

    def _send(self, room_id: str, feed: _Feed) -> None:
        """Whatever is committed after we looked sets `woken`, so a batch that is not full is the last."""
        is_full = True
        while is_full and self._feeds.get(room_id) is feed and (events := self._unsent(room_id, feed)):
            is_full = len(events) == _BATCH
            for stream, batch in _by_stream(events):
                self._emit_batch(room_id, stream, feed.epoch, batch)
            feed.ordinal = events[-1].ordinal
            events_sent.inc(len(events))

    def _unsent(self, room_id: str, feed: _Feed) -> Sequence[Event]:
        with self._database.read() as session:
            return events_since(session, room_id, feed.ordinal, limit=_BATCH)

    def _emit_batch(self, room_id: str, stream: str, epoch: str, batch: list[dict[str, Any]]) -> None:
        to = channel(room_id, stream)
        short = stream.partition(":")[0]
        self._emit(to, "events", {"stream": short, "epoch": epoch, "events": batch})
        for event in batch:
            if event["kind"] == "gone":
                why: dict[str, Any] = {name: event[name] for name in ("reason", "until") if name in event}
                self._emit(to, "gone", why)


def _by_stream(events: Sequence[Event]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for stream, run in groupby(events, key=lambda event: event.stream):
        yield stream, [payload(event) for event in run]
