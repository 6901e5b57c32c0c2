"""Calendars kept elsewhere: adding one, what it keeps busy, looking again, taking it away.

Whatever changes busy time holds the owner's time first, as a booking does: so a booking sees all of it or
comes before all of it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from foundation import audit
from foundation.columns import new_id
from foundation.database import lock
from foundation.errors import DomainError
from foundation.plaintext import breaks_the_line, hides_something
from scheduling.calendars.importing.addresses import checked_address
from scheduling.calendars.importing.leases import Validators, note_good
from scheduling.calendars.importing.reading import Reading
from scheduling.calendars.importing.records import BusyBlock, BusySource, SourceKind, WholeDays
from scheduling.conflicts import lock_time
from scheduling.occupancy import LONGEST, Kind, Occupancy
from scheduling.seconds import Span, instant_at

MOST_SOURCES = 10
LONGEST_TITLE = 60
LOOK_AGAIN_AFTER = timedelta(minutes=1)
_DAY = int(LONGEST.total_seconds())


class UnknownSource(DomainError):
    code: ClassVar[str] = "unknown_calendar"
    default: ClassVar[str] = "There is no such calendar any more."


class BadSource(DomainError):
    """A name that cannot be shown, or one calendar too many."""

    code: ClassVar[str] = "bad_calendar"
    default: ClassVar[str] = f"Name it in one line of up to {LONGEST_TITLE} letters."


def sources_of(session: Session, owner_id: str) -> list[BusySource]:
    """The oldest first."""
    theirs = select(BusySource).where(BusySource.owner_id == owner_id)
    return list(session.scalars(theirs.order_by(BusySource.created_at, BusySource.id)))


def find_source(session: Session, source_id: str, owner_id: str) -> BusySource:
    """One of the owner's own. Raises UnknownSource, for others' too."""
    found = session.get(BusySource, source_id, populate_existing=True)
    if found is None or found.owner_id != owner_id:
        raise UnknownSource
    return found


def add_address(
    session: Session, owner_id: str, *, title: str, address: str, whole_days: WholeDays, now: datetime
) -> BusySource:
    """The worker looks at it at once, and again every half hour. Raises BadAddress, BadSource."""
    source = _new(session, owner_id, SourceKind.ADDRESS, title, whole_days, now)
    source.address, source.next_at = checked_address(address), now
    return _added(session, source, now)


def add_upload(
    session: Session, owner_id: str, *, title: str, reading: Reading, whole_days: WholeDays, now: datetime
) -> BusySource:
    """A file that was read already; it is never looked at again. Raises BadSource."""
    source = _new(session, owner_id, SourceKind.UPLOAD, title, whole_days, now)
    _added(session, source, now)
    lock_time(session, owner_id)
    keep(session, source, reading, Validators(), now=now)
    source.next_at = None
    return source


def keep(
    session: Session, source: BusySource, reading: Reading, validators: Validators, *, now: datetime
) -> None:
    """Make this the last good copy. The owner's time is held already."""
    _forget_blocks(session, source)
    source.entries, source.unreadable = reading.entries, reading.unreadable
    source.unknown_zones = list(reading.unknown_zones)
    rows = [*_rows(source, reading.timed, False), *_rows(source, reading.whole_days, True)]
    if rows:
        session.execute(insert(Occupancy), [taken for taken, _ in rows])
        session.execute(insert(BusyBlock), [block for _, block in rows])
    note_good(source, now=now, validators=validators)


def count_whole_days(
    session: Session, source_id: str, owner_id: str, choice: WholeDays, *, now: datetime
) -> BusySource:
    """Whether events without a time take the day, from now on. Raises UnknownSource."""
    lock_time(session, owner_id)
    source = find_source(session, source_id, owner_id)
    source.whole_days = choice.value
    days = select(BusyBlock.occupancy_id).where(BusyBlock.source_id == source.id, BusyBlock.whole_day)
    status = _status(source, whole_day=True)
    session.execute(update(Occupancy).where(Occupancy.id.in_(days)).values(status=status))
    _record(session, "calendar.days", source, now)
    return source


def look_again(session: Session, source_id: str, owner_id: str, *, now: datetime) -> bool:
    """Have the worker fetch it now; False when it was looked at less than a minute ago.

    Raises UnknownSource, also for an upload.
    """
    source = find_source(session, source_id, owner_id)
    if source.kind != SourceKind.ADDRESS:
        raise UnknownSource
    if source.looked_at is not None and now - source.looked_at < LOOK_AGAIN_AFTER:
        return False
    source.next_at = now
    return True


def remove_source(session: Session, source_id: str, owner_id: str, *, now: datetime) -> None:
    """The calendar is forgotten, and what it kept busy is free. Raises UnknownSource."""
    lock_time(session, owner_id)
    source = find_source(session, source_id, owner_id)
    _forget_blocks(session, source)
    _record(session, "calendar.remove", source, now)
    session.delete(source)


def _new(
    session: Session, owner_id: str, kind: SourceKind, title: str, whole_days: WholeDays, now: datetime
) -> BusySource:
    name = " ".join(title.split())
    if not name or len(name) > LONGEST_TITLE or breaks_the_line(name) or hides_something(name):
        raise BadSource
    lock(session, f"calendars:{owner_id}")
    if len(sources_of(session, owner_id)) >= MOST_SOURCES:
        raise BadSource(f"You have {MOST_SOURCES} calendars here. Remove one before you add another.")
    return BusySource(
        owner_id=owner_id, kind=kind.value, title=name, whole_days=whole_days.value, created_at=now
    )


def _added(session: Session, source: BusySource, now: datetime) -> BusySource:
    session.add(source)
    session.flush()
    _record(session, "calendar.add", source, now)
    return source


def _forget_blocks(session: Session, source: BusySource) -> None:
    theirs = select(BusyBlock.occupancy_id).where(BusyBlock.source_id == source.id)
    gone = list(session.scalars(theirs))
    session.execute(delete(BusyBlock).where(BusyBlock.source_id == source.id))
    for start in range(0, len(gone), 500):
        session.execute(delete(Occupancy).where(Occupancy.id.in_(gone[start : start + 500])))


def _rows(
    source: BusySource, spans: Iterable[Span], whole_day: bool
) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    status = _status(source, whole_day)
    for start, end in _in_days(spans):
        number = new_id()
        taken = {
            "id": number,
            "practitioner_id": source.owner_id,
            "starts_at": instant_at(start),
            "ends_at": instant_at(end),
            "kind": Kind.EXTERNAL.value,
            "status": status,
        }
        yield taken, {"occupancy_id": number, "source_id": source.id, "whole_day": whole_day}


def _status(source: BusySource, whole_day: bool) -> str:
    return "released" if whole_day and source.whole_days == WholeDays.FREE else "active"


def _in_days(spans: Iterable[Span]) -> Iterator[Span]:
    """No row of taken time is longer than a day."""
    for start, end in spans:
        for part in range(start, end, _DAY):
            yield part, min(part + _DAY, end)


def _record(session: Session, action: str, source: BusySource, now: datetime) -> None:
    audit.record(
        session, actor=source.owner_id, action=action, kind="busy_source", object_id=source.id, now=now
    )
