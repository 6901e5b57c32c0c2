"""Time that a practitioner keeps for themselves: lunch, notes, a visit. It takes their time like anything."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation import audit
from foundation.database import violates
from scheduling.appointment_records import Appointment
from scheduling.block_records import TimeBlock
from scheduling.block_refusals import BadBlock, BlockOver, BlockOverlaps, Standing, UnknownBlock
from scheduling.conflicts import lock_time
from scheduling.occupancy import LONGEST, PRACTITIONER_OVERLAP, Kind, Occupancy, delete_expired

__all__ = [
    "BadBlock",
    "BlockOver",
    "BlockOverlaps",
    "Standing",
    "TimeBlock",
    "UnknownBlock",
    "add_block",
    "blocks_of",
    "find_block",
    "move_block",
    "remove_block",
    "restore_block",
]

LONGEST_TITLE = 80
_FURTHEST = timedelta(days=1500)


def add_block(
    session: Session,
    *,
    practitioner_id: str,
    starts_at: datetime,
    ends_at: datetime,
    title: str = "",
    by: str,
    now: datetime,
) -> TimeBlock:
    """Nobody can book this time any more. It may have begun, as long as it is not over.

    Raises BadBlock, BlockOver, BlockOverlaps; nothing that is booked is ever covered.
    """
    _check(starts_at, ends_at, title, now)
    lock_time(session, practitioner_id)
    taken = Occupancy(practitioner_id=practitioner_id, kind=Kind.BLOCK.value)
    block = TimeBlock(practitioner_id=practitioner_id, title=title, created_by=by, created_at=now)

    def write() -> None:
        taken.starts_at, taken.ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
        session.add(taken)
        session.flush()
        block.taken = taken
        session.add(block)

    _take(session, practitioner_id, starts_at, ends_at, write, now)
    _record(session, "block.add", block, by, now)
    return block


def move_block(
    session: Session,
    block_id: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    title: str | None = None,
    by: str,
    now: datetime,
) -> TimeBlock:
    """Put it at another time, perhaps with another title. Raises UnknownBlock, and what adding raises."""
    block = _lock(session, block_id)
    _check(starts_at, ends_at, block.title if title is None else title, now)
    if block.is_removed:
        raise UnknownBlock

    def write() -> None:
        block.taken.starts_at, block.taken.ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
        block.title = block.title if title is None else title

    _take(session, block.practitioner_id, starts_at, ends_at, write, now, ignoring=block.occupancy_id)
    _record(session, "block.move", block, by, now)
    return block


def remove_block(session: Session, block_id: str, *, by: str, now: datetime) -> TimeBlock:
    """The time can be booked again. Removing it twice changes nothing. Raises UnknownBlock."""
    block = _lock(session, block_id)
    if not block.is_removed:
        block.taken.status = "released"
        session.flush()
        _record(session, "block.remove", block, by, now)
    return block


def restore_block(session: Session, block_id: str, *, by: str, now: datetime) -> TimeBlock:
    """Undo a removal, if nobody took the time meanwhile. Raises UnknownBlock, BlockOver, BlockOverlaps."""
    block = _lock(session, block_id)
    if not block.is_removed:
        return block
    start, end = block.starts_at, block.ends_at
    _check(start, end, block.title, now)

    def write() -> None:
        block.taken.status = "active"

    _take(session, block.practitioner_id, start, end, write, now, ignoring=block.occupancy_id)
    _record(session, "block.restore", block, by, now)
    return block


def find_block(session: Session, block_id: str) -> TimeBlock:
    """Raises UnknownBlock."""
    block = session.get(TimeBlock, block_id)
    if block is None:
        raise UnknownBlock
    return block


def blocks_of(session: Session, practitioner_id: str, start: datetime, end: datetime) -> list[TimeBlock]:
    """Those that reach into [start, end), by time."""
    theirs = select(TimeBlock).join(Occupancy, Occupancy.id == TimeBlock.occupancy_id)
    wanted = _reaching_into(practitioner_id, start, end)
    return list(session.scalars(theirs.where(*wanted).order_by(Occupancy.starts_at)))


def _lock(session: Session, block_id: str) -> TimeBlock:
    block = find_block(session, block_id)
    lock_time(session, block.practitioner_id)
    session.refresh(block)
    session.refresh(block.taken)
    return block


def _check(starts_at: datetime, ends_at: datetime, title: str, now: datetime) -> None:
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise BadBlock
    if len(title) > LONGEST_TITLE:
        raise BadBlock(f"That title is too long: there is room for {LONGEST_TITLE} letters.")
    if ends_at <= now:
        raise BlockOver
    if starts_at > now + _FURTHEST:
        raise BadBlock("That is more than four years ahead. Look at the year again.")


def _take(
    session: Session,
    practitioner_id: str,
    starts_at: datetime,
    ends_at: datetime,
    write: Callable[[], None],
    now: datetime,
    ignoring: str | None = None,
) -> None:
    delete_expired(session, practitioner_id, now=now)
    try:
        with session.begin_nested():
            write()
            session.flush()
    except IntegrityError as error:
        if violates(error, PRACTITIONER_OVERLAP):
            raise _overlaps(session, practitioner_id, starts_at, ends_at, ignoring) from error
        raise


def _overlaps(
    session: Session, practitioner_id: str, starts_at: datetime, ends_at: datetime, ignoring: str | None
) -> BlockOverlaps:
    wanted = (*_reaching_into(practitioner_id, starts_at, ends_at), Occupancy.id.is_distinct_from(ignoring))
    rows = session.scalars(select(Occupancy).where(*wanted).order_by(Occupancy.starts_at)).all()
    rows = [row for row in rows if row.kind != Kind.EXTERNAL]
    found = [session.get_one(Appointment, row.appointment_id) for row in rows if row.appointment_id]
    standing = [Standing(one.id, one.member.name, one.starts_at) for one in found]
    return BlockOverlaps([(row.starts_at, row.ends_at) for row in rows], standing)


def _reaching_into(practitioner_id: str, start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Occupancy.practitioner_id == practitioner_id,
        Occupancy.status == "active",
        Occupancy.starts_at > start - LONGEST,
        Occupancy.starts_at < end,
        Occupancy.ends_at > start,
    )


def _record(session: Session, action: str, block: TimeBlock, by: str, now: datetime) -> None:
    detail = {"practitioner": block.practitioner_id}
    audit.record(session, actor=by, action=action, kind="block", object_id=block.id, now=now, detail=detail)
