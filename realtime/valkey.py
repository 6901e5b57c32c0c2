"""Wake-ups over the publish and subscribe of Valkey or Redis: one channel, two connections, two threads.

Threads are greenlets in the web processes. A lost connection is tried again for ever, after a pause that
doubles up to a few seconds, with jitter so that a whole installation does not knock at once.
"""

import logging
import random
import re
from collections.abc import Callable
from threading import Event, Lock, Thread
from time import sleep
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from foundation.metrics import wakeups_heard, wakeups_lost

CHANNEL = "evenside:rooms"
_ROOM_ID = re.compile(rb"[A-Za-z0-9_-]{1,64}")
_PATIENCE_SECONDS = 2.0
"""For connecting and for an answer."""
_QUIET_SECONDS = 5.0
"""After so long a silence we ask whether the server is still there."""
_AT_ONCE = 1000
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 5.0
_log = logging.getLogger("evenside.realtime")


def client(url: str) -> redis.Redis:
    """A connection that fails at once instead of trying again by itself. Raises ValueError for a bad URL."""
    return redis.Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=_PATIENCE_SECONDS,
        socket_connect_timeout=_PATIENCE_SECONDS,
    )


class ValkeyWakeups:
    """The port `Wakeups`, over `url`. Nothing is connected before the first word or the first ear."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._line = _Line()
        self._untold: set[str] = set()
        self._has_untold = Event()
        self._starting = Lock()
        self._tells = False
        self._is_closed = False

    def tell(self, room_id: str) -> None:
        """Several words about one room that wait are one; the rooms of an evening bound how many."""
        self._untold.add(room_id)
        self._has_untold.set()
        with self._starting:
            if not self._tells:
                self._tells = True
                Thread(target=self._keep_telling, name="wakeups told", daemon=True).start()

    def listen(self, heard: Callable[[str], None]) -> None:
        Thread(target=self._keep_listening, args=(heard,), name="wakeups heard", daemon=True).start()

    def close(self) -> None:
        """Neither tell nor hear any more; whoever waits for the server notices when it answers."""
        self._is_closed = True
        self._has_untold.set()

    def _keep_telling(self) -> None:
        pauses = _Pauses()
        with client(self._url) as server:
            while self._has_untold.wait() and not self._is_closed:
                self._has_untold.clear()
                try:
                    while self._untold:
                        server.publish(CHANNEL, self._untold.pop())
                except (redis.RedisError, OSError) as error:
                    wakeups_lost.inc()
                    self._line.lost("telling", error)
                    sleep(pauses.next())
                else:
                    self._line.returned("telling")
                    pauses = _Pauses()

    def _keep_listening(self, heard: Callable[[str], None]) -> None:
        pauses = _Pauses()
        while not self._is_closed:
            try:
                with client(self._url) as server, server.pubsub() as ears:
                    ears.subscribe(CHANNEL)
                    while not self._is_closed:
                        rooms = _rooms_in(_said(ears))
                        self._line.returned("listening")
                        pauses = _Pauses()
                        _wake(rooms, heard)
            except (redis.RedisError, OSError) as error:
                self._line.lost("listening", error)
                sleep(pauses.next())


def _said(ears: Any) -> list[dict[str, Any]]:
    """What has come, at least one word. Raises redis.ConnectionError when the server is silently gone."""
    first = ears.get_message(timeout=_QUIET_SECONDS)
    if first is None:
        ears.ping()
        first = ears.get_message(timeout=_PATIENCE_SECONDS)
    if first is None:
        raise redis.ConnectionError("no answer")
    said = [first]
    while len(said) < _AT_ONCE and (more := ears.get_message(timeout=0)) is not None:
        said.append(more)
    return said


def _rooms_in(said: list[dict[str, Any]]) -> set[str]:
    """The rooms named; whatever else somebody put on the channel is passed over."""
    texts = [one["data"] for one in said if one["type"] == "message"]
    return {text.decode() for text in texts if isinstance(text, bytes) and _ROOM_ID.fullmatch(text)}


def _wake(rooms: set[str], heard: Callable[[str], None]) -> None:
    for room_id in rooms:
        wakeups_heard.inc()
        try:
            heard(room_id)
        except Exception:  # noqa: BLE001 - logged; the ear has to stay open for the next word
            _log.exception("a wake-up was heard and could not be followed; the next pulse makes up for it")


class _Line:
    """One log line when the server is lost and one when it is back, however many connections there are."""

    def __init__(self) -> None:
        self._lost: set[str] = set()

    def lost(self, who: str, error: Exception) -> None:
        """The error's kind alone: its words could hold the address, and the address the password."""
        if not self._lost:
            _log.warning("wake-ups are lost; rooms go on by the pulse", extra={"why": type(error).__name__})
        self._lost.add(who)

    def returned(self, who: str) -> None:
        if who in self._lost:
            self._lost.discard(who)
            if not self._lost:
                _log.warning("wake-ups are back")


class _Pauses:
    """Each up to twice as long as the one before, and a random part of that."""

    def __init__(self) -> None:
        self._longest = _PAUSE_SECONDS

    def next(self) -> float:
        pause = self._longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
        self._longest = min(self._longest * 2, _LONGEST_PAUSE_SECONDS)
        return pause
