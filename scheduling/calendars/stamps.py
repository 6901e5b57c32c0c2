"""Whether anything changed in somebody's calendar, without looking at it.

Triggers add a row for whoever is concerned with each change of an appointment, a series, a group session or
a meeting, in the same transaction: nothing in the house can forget to. Rows are only added, so that no change
waits for another. How many there are and the sum of their numbers name the state: a late commit changes both.
"""

import importlib.metadata
from datetime import UTC, datetime
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from sqlalchemy import String, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.schema import Index

from foundation.database import Base
from scheduling.calendars.showing import FeedKind, Showing

EVERYBODY = "everybody"
_MONTHS_BACK = 3
_MANY = 50
_KEPT = 10


class CalendarChange(Base):
    """Something about this person's calendar changed; `everybody` for what shows in many."""

    __tablename__ = "calendar_change"
    __table_args__ = (Index("ix_calendar_change_owner_id", "owner_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(20))


STAMP_OF_TEAM = f"""(SELECT count(*) || '.' || coalesce(sum(c.id), 0) FROM calendar_change c
  WHERE c.owner_id = '{EVERYBODY}' OR c.owner_id IN
    (SELECT r.person_id FROM person_role r WHERE r.role = 'practitioner'))"""  # nosec B608  # noqa: S608 - a constant


def stamp_of(owner: str) -> str:
    """SQL for one person's stamp; `owner` is an SQL expression of ours."""
    return (
        "(SELECT count(*) || '.' || coalesce(sum(c.id), 0) FROM calendar_change c"  # nosec B608  # noqa: S608
        f" WHERE c.owner_id IN ({owner}, '{EVERYBODY}'))"
    )


_FIND_OF_TEAM = text(f"SELECT {STAMP_OF_TEAM}")
_FIND = text(f"SELECT {stamp_of(':owner')}")


def find_stamp(session: Session, showing: Showing) -> str:
    """The stamp of what somebody's calendar shows."""
    if showing.kind == FeedKind.TEAM:
        return str(session.execute(_FIND_OF_TEAM).scalar_one())
    owner = EVERYBODY if showing.kind == FeedKind.MEETINGS else showing.owner_id
    return str(session.execute(_FIND, {"owner": owner}).scalar_one())


def version_of(showing: Showing, stamp: str, *, origin: str, now: datetime) -> str:
    """A short name for exactly what a feed shows now: the same for the same state, in every process."""
    return _version(showing, stamp, origin, now.year, now.month)


@lru_cache(maxsize=4096)
def _version(showing: Showing, stamp: str, origin: str, year: int, month: int) -> str:
    """A feed begins with the first of a month, so that is all it knows of the time."""
    told = repr((_writing(), origin, showing, stamp, year, month))
    return sha256(told.encode()).hexdigest()[:32]


def since(now: datetime) -> datetime:
    """From when on dates are shown: the first of a month, so that a feed is steady from day to day."""
    months = now.year * 12 + now.month - 1 - _MONTHS_BACK
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def forget_old_changes(session: Session, *, now: datetime) -> int:
    """Keep the newest rows of whoever has many; their feeds are written anew once. Returns how many went."""
    del now
    counted = select(CalendarChange.owner_id).group_by(CalendarChange.owner_id)
    busy = session.scalars(counted.having(func.count() > _MANY)).all()
    return sum(_forget(session, owner_id) for owner_id in busy)


def _forget(session: Session, owner_id: str) -> int:
    theirs = CalendarChange.owner_id == owner_id
    newest = select(CalendarChange.id).where(theirs).order_by(CalendarChange.id.desc()).limit(_KEPT)
    oldest_kept = min(session.scalars(newest))
    gone = delete(CalendarChange).where(theirs, CalendarChange.id < oldest_kept)
    return len(session.execute(gone.returning(CalendarChange.id)).all())


@cache
def _writing() -> str:
    """What wrote it: our own code and the zone data. After an update every feed is a new version."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    code = sha256(b"".join(one.read_bytes() for one in sources)).hexdigest()
    return f"{code}-{importlib.metadata.version('tzdata')}"
