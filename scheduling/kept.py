"""What a member is holding right now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduling.group_records import GroupOccurrence
from scheduling.occupancy import Kind, Occupancy
from scheduling.services import Service


@dataclass(frozen=True)
class KeptTime:
    """A live hold for one service; `ends_at` is the end of the session, without the gap."""

    hold_id: str
    practitioner_id: str
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime


def kept_time(session: Session, member_id: str, service: Service, *, now: datetime) -> KeptTime | None:
    """The member's live hold, if it is as long as this service takes."""
    row = session.execute(
        select(
            Occupancy.id,
            func.coalesce(Occupancy.practitioner_id, GroupOccurrence.practitioner_id).label("practitioner_id"),
            Occupancy.starts_at,
            Occupancy.ends_at,
            Occupancy.expires_at,
        )
        .outerjoin(GroupOccurrence, GroupOccurrence.id == Occupancy.seat_of)
        .where(Occupancy.member_id == member_id, Occupancy.kind == Kind.HOLD, Occupancy.expires_at > now)
    ).first()
    length = timedelta(minutes=service.minutes)
    if row is None or row.ends_at - row.starts_at != length + timedelta(minutes=service.gap_minutes):
        return None
    return KeptTime(row.id, row.practitioner_id, row.starts_at, row.starts_at + length, row.expires_at)
