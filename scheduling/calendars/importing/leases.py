"""Who fetches what, and when: one lease a source, looks with jitter, longer pauses while broken."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from scheduling.calendars.importing.records import LEASE, Fetched

EVERY = timedelta(minutes=30)
LONGEST_PAUSE = timedelta(hours=6)
REREAD_AFTER = timedelta(days=7)
"""A copy older than that is fetched whole, changed or not, since the window that is kept moves on."""
_JITTER = 0.2
_ATTEMPTS = 4
_chance = Random()  # noqa: S311 - only so that not all come at once

Row = TypeVar("Row", bound=Fetched)


@dataclass(frozen=True)
class Validators:
    """What a server is asked by: only what is newer than that."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Lease:
    """What one worker alone may fetch now."""

    id: str
    address: str
    claim: int
    validators: Validators


def claim_next(session: Session, table: type[Row], *, now: datetime, **owned: object) -> Lease | None:
    """The source that has waited longest, or None. Of two workers at once, one gets it.

    `owned` narrows it down by columns.
    """
    held = or_(table.claimed_until.is_(None), table.claimed_until < now)
    due = select(table).where(table.next_at <= now, held).filter_by(**owned).order_by(table.next_at)
    for found in session.scalars(due.limit(_ATTEMPTS)):
        lease = _claim(session, table, found, now)
        if lease is not None:
            return lease
    return None


def _claim(session: Session, table: type[Row], found: Row, now: datetime) -> Lease | None:
    """Won by whoever raises the number first."""
    number, address = found.claim + 1, found.address
    mine = table.claim == found.claim, table.id == found.id
    won = update(table).where(*mine).values(claim=number, claimed_until=now + LEASE)
    if address is None or session.execute(won.returning(table.id)).first() is None:
        return None
    stale = found.copied_at is None or now - found.copied_at > REREAD_AFTER
    asked = Validators() if stale else Validators(found.etag, found.last_modified)
    return Lease(found.id, address, number, asked)


def still_holds(source: Fetched | None, lease: Lease) -> bool:
    """Whether nobody else has taken it over, and it was not removed meanwhile."""
    return source is not None and source.claim == lease.claim and source.claimed_until is not None


def note_good(source: Fetched, *, now: datetime, validators: Validators | None) -> None:
    """It answered. `validators` are those of a new copy, None when the old one is still right."""
    source.looked_at = source.fresh_at = now
    source.next_at = now + _jittered(EVERY)
    source.claimed_until = source.problem = source.broken_since = None
    source.failures = 0
    if validators is not None:
        source.copied_at = now
        source.etag, source.last_modified = validators.etag, validators.last_modified


def note_broken(source: Fetched, words: str, *, now: datetime, not_before: timedelta | None = None) -> None:
    """It did not. What was kept stays; the pause doubles, and is never shorter than the server asked for."""
    pause = min(EVERY * 2 ** min(source.failures, 8), LONGEST_PAUSE)
    source.looked_at, source.claimed_until = now, None
    source.next_at = now + max(_jittered(pause), min(not_before or timedelta(0), timedelta(days=1)))
    source.failures += 1
    source.problem = words[:300]
    source.broken_since = source.broken_since or now


def _jittered(pause: timedelta) -> timedelta:
    return pause * _chance.uniform(1 - _JITTER, 1 + _JITTER)
