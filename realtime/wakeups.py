"""Telling the other processes that a room has something new: a hint through Valkey or Redis, never the truth.

The message is the room's id and nothing else; whoever hears it reads the database. Whatever is lost here is
found at the next pulse, half a second later, so nobody waits for it and nobody is told of its faults.
"""

from collections.abc import Callable, Set
from typing import Protocol

from sqlalchemy.orm import Session

from foundation.database import Database
from foundation.settings import Settings
from realtime.valkey import ValkeyWakeups

Heard = Callable[[str], None]
_CHANGED = "rooms with new events"


class Wakeups(Protocol):
    """Both return at once, whatever has become of the server, and never raise."""

    def tell(self, room_id: str) -> None:
        """Something was committed in this room."""

    def listen(self, heard: Heard) -> None:
        """Call `heard(room_id)` for what any process tells, this one included, from now on."""


class NoWakeups:
    """One process, or none to tell through: the pulse alone."""

    def tell(self, room_id: str) -> None:
        pass

    def listen(self, heard: Heard) -> None:
        pass


def wakeups_for(settings: Settings) -> Wakeups:
    return ValkeyWakeups(settings.redis_url) if settings.redis_url else NoWakeups()


def note_change(session: Session, room_id: str) -> None:
    """This transaction gave the room an event: tell of it once it is committed."""
    session.info.setdefault(_CHANGED, set()).add(room_id)


def tell_after_commits(database: Database, wakeups: Wakeups) -> None:
    """From now on every commit is told, whoever made it: a socket, a form, a program, the worker."""

    def tell(session: Session) -> None:
        changed: Set[str] = session.info.pop(_CHANGED, frozenset())
        for room_id in changed:
            wakeups.tell(room_id)

    database.after_commit = tell
