"""What must not come back with a backup: ways in that were closed since, and numbers that were used since."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, func, insert, select, update
from sqlalchemy.orm import Session

from auth.consents import Consent
from foundation.columns import new_id
from foundation.database import Base
from realtime.models import Room
from scheduling.calendars.stamps import EVERYBODY, CalendarChange

_TAKEN_BACK = frozenset({"revoked_at", "withdrawn_at", "departed_at"})
_LEAP = 1_000_000


@dataclass(frozen=True)
class SinceThen:
    """What the database says just before a backup takes its place."""

    taken_back: Mapping[tuple[str, str], Mapping[str, Any]]
    highest_change: int


NOTHING = SinceThen({}, 0)
"""Of a database that had been lost."""


def look_before(connection: Connection) -> SinceThen:
    """Which links, tokens, consents and people have ended by now."""
    ended: dict[tuple[str, str], dict[str, Any]] = {}
    for known, column in _endings():
        over = select(_key(known), column).where(column.is_not(None))
        ended[known.name, column.name] = {row[0]: row[1] for row in connection.execute(over)}
    return SinceThen(ended, connection.scalar(select(func.max(CalendarChange.id))) or 0)


def carry_over(session: Session, before: SinceThen) -> int:
    """Let what had ended stay ended, and let no number of the live room or a calendar be used twice.

    Returns how many were ended again.
    """
    count = 0
    for known, column in _endings():
        for key, at in before.taken_back.get((known.name, column.name), {}).items():
            again = update(known).where(_key(known) == key, column.is_(None)).values({column.name: at})
            count += len(session.execute(again.returning(_key(known))).all())
    session.execute(update(Consent).where(Consent.withdrawn_at.is_not(None)).values(detail=None))
    session.execute(update(Room).values(epoch=new_id()))
    highest = max(before.highest_change, session.scalar(select(func.max(CalendarChange.id))) or 0)
    number = highest + 1 + secrets.randbelow(_LEAP)
    session.execute(insert(CalendarChange).values(id=number, owner_id=EVERYBODY))
    return count


def _endings() -> Iterator[tuple[Table, Column[Any]]]:
    for known in Base.metadata.sorted_tables:
        for column in known.columns:
            if column.name in _TAKEN_BACK and len(known.primary_key.columns) == 1:
                yield known, column


def _key(known: Table) -> Column[Any]:
    [key] = known.primary_key.columns
    return key
