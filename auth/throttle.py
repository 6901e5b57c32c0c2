"""How often something may be tried: counters per limit, key and window of time, in the database.

Keys are keyed digests, so that the table tells nobody's address. Counting is one atomic upsert.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, ClassVar, cast

from sqlalchemy import String, Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import UtcDateTime
from foundation.database import Base, is_postgres
from foundation.errors import DomainError

_KEEP = timedelta(days=2)


class TooMany(DomainError):
    """`details["retry_after"]` is the number of seconds until the next window."""

    code: ClassVar[str] = "too_many"
    default: ClassVar[str] = "That was tried too often. Wait a little, then try again."


class ThrottleCount(Base):
    __tablename__ = "throttle_count"

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    key_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True, index=True)
    count: Mapped[int]


def _one_more(upsert: Any) -> Any:
    counts = cast(Table, ThrottleCount.__table__)
    key: dict[str, Any] = {name: bindparam(name) for name in ("scope", "key_digest", "window_start")}
    first = upsert(counts).values(**key, count=1)
    follows = first.on_conflict_do_update(index_elements=list(key), set_={"count": counts.c.count + 1})
    return follows.returning(counts.c.count)


_COUNT_ON_SQLITE, _COUNT_ON_POSTGRES = _one_more(sqlite.insert), _one_more(postgresql.insert)


@dataclass(frozen=True)
class Limit:
    """At most `most` times in each `window`; windows are counted from the epoch."""

    scope: str
    most: int
    window: timedelta

    def starts_at(self, now: datetime) -> datetime:
        return datetime.fromtimestamp(now.timestamp() // self._seconds * self._seconds, UTC)

    def ends_at(self, now: datetime) -> datetime:
        return self.starts_at(now) + self.window

    @property
    def _seconds(self) -> float:
        return self.window.total_seconds()


def count(session: Session, limit: Limit, key_digest: str, *, now: datetime) -> int:
    """Count one more try and return how many this window has seen, this one included."""
    counting = _COUNT_ON_POSTGRES if is_postgres(session) else _COUNT_ON_SQLITE
    this = {"scope": limit.scope, "key_digest": key_digest, "window_start": limit.starts_at(now)}
    seen: int = session.execute(counting, this).scalar_one()
    return seen


def is_within(session: Session, limit: Limit, key_digest: str, *, now: datetime) -> bool:
    """Count one more try and say whether it was still allowed."""
    return count(session, limit, key_digest, now=now) <= limit.most


def is_spent(session: Session, limit: Limit, key_digest: str, *, now: datetime) -> bool:
    """Whether the window's tries are used up; counts nothing."""
    row = session.get(ThrottleCount, (limit.scope, key_digest, limit.starts_at(now)), populate_existing=True)
    return row is not None and row.count >= limit.most


def refuse_if_spent(session: Session, limit: Limit, key_digest: str, *, now: datetime) -> None:
    """Raises TooMany when the window's tries are used up; counts nothing."""
    if is_spent(session, limit, key_digest, now=now):
        raise too_many(limit, now)


def insist(session: Session, limit: Limit, key_digest: str, *, now: datetime) -> None:
    """Count one more try. Raises TooMany, saying when to try again."""
    if not is_within(session, limit, key_digest, now=now):
        raise too_many(limit, now)


def too_many(limit: Limit, now: datetime) -> TooMany:
    seconds = ceil((limit.ends_at(now) - now).total_seconds())
    minutes = ceil(seconds / 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    return TooMany(f"That was tried too often from here. Try again in {wait}.", retry_after=seconds)


def forget_old_counts(session: Session, *, now: datetime) -> int:
    """Delete the counters of windows long past."""
    old = delete(ThrottleCount).where(ThrottleCount.window_start < now - _KEEP)
    return len(session.execute(old.returning(ThrottleCount.scope)).all())
