"""A post office for stories: what was owed, what was sent, and servers that misbehave on purpose."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database import Database
from foundation.outbox import Claimed, Delivery, promise
from foundation.settings import Settings
from jobs.deliver import Post
from mail.send import Sender
from mail.written import Written


@dataclass
class Tray:
    """A sender that keeps what it is given; `troubles` are raised first, one for each mail."""

    sent: list[EmailMessage] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)

    def send(self, mail: Written) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.sent.append(mail.message)


def a_post(
    database: Database, settings: Settings, clock: Callable[[], datetime], sender: Sender | None = None
) -> Post:
    return Post(database, settings, sender or Tray(), clock, threading.Event())


def owe_code(
    session: Session, number: int = 1, *, now: datetime, email: str = "ana@example.org", **more: Any
) -> None:
    """Promise a sign-in mail, the simplest kind: it needs nothing else from the database."""
    refs = code_refs(now, email=email)
    promise(session, "signin.link", refs, key=f"signin.link:{number}", due_at=now, now=now, **more)


def code_refs(now: datetime, *, email: str = "ana@example.org") -> dict[str, Any]:
    until = now + timedelta(minutes=10)
    return {
        "email": email,
        "name": "Ana",
        "token": "tok3n",
        "code": "123456",
        "expires_at": until.isoformat(),
    }


def claimed(kind: str, refs: dict[str, Any], key: str = "a:key") -> Claimed:
    return Claimed("an-id", key, kind, refs, 1, None)


def owed(session: Session, kinds: Iterable[str] = ()) -> list[Claimed]:
    """What is in the outbox, as a worker would get it, oldest first."""
    found = session.scalars(select(Delivery).order_by(Delivery.created_at, Delivery.due_at, Delivery.key))
    wanted = set(kinds)
    return [
        Claimed(one.id, one.key, one.kind, one.refs, 1, one.not_after)
        for one in found
        if not wanted or one.kind in wanted
    ]


def states(database: Database) -> dict[str, str]:
    """Each delivery's state by its key."""
    with database.read() as session:
        return {one.key: one.state for one in session.execute(select(Delivery.key, Delivery.state))}
