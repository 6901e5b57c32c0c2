"""The tables of calendars kept elsewhere, and of the busy time that came from them."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, Json, UtcDateTime, new_id
from foundation.database import Base
from scheduling.occupancy import Occupancy


class SourceKind(StrEnum):
    ADDRESS = "address"
    UPLOAD = "upload"


class WholeDays(StrEnum):
    """What an event without a time does: take the whole day, or nothing."""

    BUSY = "busy"
    FREE = "free"


class Fetched(Base):
    """The columns of anything that the worker fetches: when it did, when it will, and what is wrong.

    An `address` may be a secret by itself. `etag` and `last_modified` are the server's words of the last good
    copy; `fresh_at` is when that copy was last known to be right, `copied_at` when it was read. `problem` is
    in words, since `broken_since`; `failures` counts in a row. `claim` numbers the lease that `claimed_until`
    ends.
    """

    __abstract__ = True

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    address: Mapped[str | None] = mapped_column(Encrypted("fetched.address"))
    etag: Mapped[str | None] = mapped_column(String(200))
    last_modified: Mapped[str | None] = mapped_column(String(60))
    fresh_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    copied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(String(300))
    broken_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BusySource(Fetched):
    """A calendar that its owner keeps elsewhere. An upload has no `address` and is never fetched.

    `entries` were in the last good copy; `unreadable` of them made no sense, and `unknown_zones` were read
    as the owner's own.
    """

    __tablename__ = "busy_source"

    owner_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(Encrypted("busy_source.title"))
    whole_days: Mapped[str] = mapped_column(String(10), default=WholeDays.BUSY.value)
    entries: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)
    unknown_zones: Mapped[list[str]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BusyBlock(Base):
    """An imported interval: which source it came from. Its times are those of its occupancy row.

    A whole day that its owner wants to count as free is kept, its occupancy released.
    """

    __tablename__ = "busy_block"

    occupancy_id: Mapped[str] = mapped_column(ForeignKey(Occupancy.id, ondelete="CASCADE"), primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey(BusySource.id, ondelete="CASCADE"), index=True)
    whole_day: Mapped[bool]


LEASE = timedelta(minutes=3)
"""Longer than a fetch and a reading can take together."""
