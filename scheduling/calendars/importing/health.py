"""How a calendar is doing, for its owner; and telling them when it breaks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.outbox import promise
from scheduling.calendars.importing.records import BusySource, SourceKind

BROKEN = "calendar.broken"
TELL_AFTER = 3
"""Failures in a row that may yet pass; what waiting cannot heal is told at once."""


TRUSTED_FOR = timedelta(days=3)
"""How long a last good copy is believed: after that, members ask and the owner says yes."""


class State(StrEnum):
    WAITING = "waiting"
    GOOD = "good"
    BROKEN = "broken"
    KEPT = "kept"


@dataclass(frozen=True)
class Health:
    """`copy_at` is when the last good copy was known to be right, None before there is one."""

    state: State
    copy_at: datetime | None
    next_at: datetime | None
    broken_since: datetime | None = None
    problem: str = ""


def health_of(source: BusySource, *, now: datetime) -> Health:
    """What its owner should know first. `next_at` is never in the past."""
    next_at = max(source.next_at, now) if source.next_at else None
    if source.kind == SourceKind.UPLOAD:
        return Health(State.KEPT, source.copied_at, None)
    if source.problem:
        return Health(State.BROKEN, source.fresh_at, next_at, source.broken_since, source.problem)
    return Health(State.GOOD if source.fresh_at else State.WAITING, source.fresh_at, next_at)


def is_out_of_date(session: Session, owner_id: str, *, now: datetime) -> bool:
    """Whether one of theirs has been broken for so long that what is free here may not be free there."""
    theirs = BusySource.owner_id == owner_id, BusySource.broken_since < now - TRUSTED_FOR
    return session.scalar(select(BusySource.id).where(*theirs).limit(1)) is not None


def tell_owner(session: Session, source: BusySource, *, lasting: bool, now: datetime) -> None:
    """One mail for each time it breaks, in the transaction that notes it."""
    if source.broken_since is None or (not lasting and source.failures < TELL_AFTER):
        return
    since = source.broken_since.isoformat(timespec="seconds")
    refs = {"source": source.id, "to": source.owner_id, "since": since}
    promise(session, BROKEN, refs, key=f"{BROKEN}:{source.id}:{since}", due_at=now, now=now)
