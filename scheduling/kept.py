"""What a member is holding right now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from scheduling.group_records import GroupOccurrence
from scheduling.occupancy import Kind, Occupancy
from scheduling.services import Service


@dataclass(frozen=True)
class KeptTime:
    """A live hold for one service; `ends_at` is the end of the session, without the gap.

    `typed` is what the member has written so far, as the page keeps it; it goes when the hold goes.
    """

    hold_id: str
    practitioner_id: str
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
    typed: str = ""


def kept_time(session: Session, member_id: str, service: Service, *, now: datetime) -> KeptTime | None:
    """The member's live hold, if it is as long as this service takes."""
    held_by = func.coalesce(Occupancy.practitioner_id, GroupOccurrence.practitioner_id)
    row = session.execute(
        select(
            Occupancy.id,
            held_by.label("practitioner_id"),
            Occupancy.starts_at,
            Occupancy.ends_at,
            Occupancy.expires_at,
            Occupancy.typed,
        )
        .outerjoin(GroupOccurrence, GroupOccurrence.id == Occupancy.seat_of)
        .where(Occupancy.member_id == member_id, Occupancy.kind == Kind.HOLD, Occupancy.expires_at > now)
    ).first()
    length = timedelta(minutes=service.minutes)
    if row is None or row.ends_at - row.starts_at != length + timedelta(minutes=service.gap_minutes):
        return None
    times = row.starts_at, row.starts_at + length, row.expires_at
    return KeptTime(row.id, row.practitioner_id, *times, row.typed or "")


def keep_typed(session: Session, member_id: str, typed: str) -> None:
    """Keep what they have written beside the time that is kept: going back and forth loses nothing."""
    live = Occupancy.member_id == member_id, Occupancy.kind == Kind.HOLD
    session.execute(update(Occupancy).where(*live).values(typed=typed))
