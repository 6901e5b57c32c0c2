"""The tables of other programs' meetings: whose feeds we read, and what the last good copy of each held."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.columns import Id, Json, UtcDateTime
from foundation.database import Base
from scheduling.calendars.importing.records import Fetched


class DirectorySource(Fetched):
    """A feed that a coordinator has added. Its types mean what `program` means by them.

    `rows` are shown; `skipped` says how many could not be, by the reason in words.
    """

    __tablename__ = "directory_source"

    name: Mapped[str] = mapped_column(String(80))
    program: Mapped[str] = mapped_column(String(20))
    website: Mapped[str] = mapped_column(String(500), default="")
    rows: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DirectoryMeeting(Base):
    """One weekly meeting of a source; `day` 0 is Sunday, `minute` is local to `timezone`.

    `searched` is what a search looks through, in small letters. `tags` are the types as `PROGRAM:CODE`,
    with `online` and `in-person`, each between spaces.
    """

    __tablename__ = "directory_meeting"
    __table_args__ = (Index("ix_directory_meeting_week", "timezone", "day", "minute"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(Id, ForeignKey(DirectorySource.id, ondelete="CASCADE"), index=True)
    slug: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(255))
    day: Mapped[int]
    minute: Mapped[int]
    minutes: Mapped[int]
    timezone: Mapped[str] = mapped_column(String(60))
    types: Mapped[list[str]] = mapped_column(Json)
    url: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    notes: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    searched: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(Text)

    source: Mapped[DirectorySource] = relationship(lazy="joined", innerjoin=True)
