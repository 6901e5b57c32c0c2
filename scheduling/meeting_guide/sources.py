"""Whose feeds of meetings we read: a coordinator adds one, the worker keeps the last good copy."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from foundation import audit
from foundation.database import lock
from foundation.errors import DomainError
from foundation.plaintext import breaks_the_line, hides_something
from scheduling.calendars.importing.addresses import checked_address
from scheduling.meeting_guide.records import DirectoryMeeting, DirectorySource
from scheduling.meeting_guide.types import PROGRAMS, tags_of

MOST_SOURCES = 40
LONGEST_NAME = 80
_SEARCHED = ("name", "place", "address", "notes")


class UnknownDirectory(DomainError):
    code: ClassVar[str] = "unknown_directory"
    default: ClassVar[str] = "There is no such list of meetings any more."


class BadDirectory(DomainError):
    code: ClassVar[str] = "bad_directory"
    default: ClassVar[str] = f"Name it in one line of up to {LONGEST_NAME} letters."


def directories(session: Session) -> list[DirectorySource]:
    """By name."""
    return list(session.scalars(select(DirectorySource).order_by(DirectorySource.name, DirectorySource.id)))


def add_directory(
    session: Session, *, name: str, address: str, program: str, website: str = "", by: str, now: datetime
) -> DirectorySource:
    """The worker looks at it at once. Raises BadAddress, BadDirectory."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or breaks_the_line(plain) or hides_something(plain):
        raise BadDirectory
    if program not in PROGRAMS:
        raise BadDirectory("Choose whose meetings these are: their types mean something else elsewhere.")
    lock(session, "directories")
    if len(directories(session)) >= MOST_SOURCES:
        raise BadDirectory(f"There are {MOST_SOURCES} lists. Remove one before you add another.")
    source = DirectorySource(
        name=plain,
        address=checked_address(address),
        program=program,
        added_by=by,
        created_at=now,
        next_at=now,
    )
    source.website = checked_address(website) if website.strip() else ""
    session.add(source)
    session.flush()
    _record(session, "directory.add", source.id, by, now)
    return source


def find_directory(session: Session, source_id: str) -> DirectorySource:
    """Raises UnknownDirectory."""
    found = session.get(DirectorySource, source_id)
    if found is None:
        raise UnknownDirectory
    return found


def remove_directory(session: Session, source_id: str, *, by: str, now: datetime) -> None:
    """Its meetings go with it. Raises UnknownDirectory."""
    source = find_directory(session, source_id)
    session.execute(delete(DirectoryMeeting).where(DirectoryMeeting.source_id == source.id))
    session.delete(source)
    _record(session, "directory.remove", source.id, by, now)


def look_again(session: Session, source_id: str, *, now: datetime) -> None:
    """Have the worker fetch it now. Raises UnknownDirectory."""
    find_directory(session, source_id).next_at = now


def keep_meetings(
    session: Session, source: DirectorySource, rows: Iterable[Mapping[str, Any]], skipped: Mapping[str, int]
) -> None:
    """Make this the last good copy."""
    session.execute(delete(DirectoryMeeting).where(DirectoryMeeting.source_id == source.id))
    made = [dict(row) | _found_by(source, row) for row in rows]
    if made:
        session.execute(insert(DirectoryMeeting), made)
    source.rows, source.skipped = len(made), dict(skipped)


def _found_by(source: DirectorySource, row: Mapping[str, Any]) -> dict[str, str]:
    words = " ".join(str(row[name]) for name in _SEARCHED)
    tags = tags_of(source.program, row["types"], is_online=bool(row["url"] or row["phone"]))
    return {"source_id": source.id, "searched": words.casefold(), "tags": f" {' '.join(tags)} "}


def _record(session: Session, action: str, source_id: str, by: str, now: datetime) -> None:
    audit.record(session, actor=by, action=action, kind="directory_source", object_id=source_id, now=now)
