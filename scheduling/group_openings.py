"""Group sessions in which somebody can still take a seat."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduling.availability import Interval
from scheduling.group_records import GroupOccurrence
from scheduling.occupancy import Ignoring, Occupancy
from scheduling.services import Service

SeatTime = tuple[str, datetime, datetime]
"""With whom, from when, until when."""


def open_seats(
    session: Session,
    service: Service,
    practitioner_ids: Sequence[str],
    bounds: Interval,
    blocked: Sequence[Interval],
    *,
    now: datetime,
    ignoring: Ignoring = None,
) -> list[SeatTime]:
    """Sessions of this service that start within `bounds` and have a free seat.

    `blocked` is the time of whoever asks: what overlaps it, gap included, is left out. A hold that has run
    out keeps no seat, nor does the one that is called `ignoring`.
    """
    table = GroupOccurrence
    given_up = [ignoring] if isinstance(ignoring, str) else sorted(ignoring or ())
    kept_no_more = (Occupancy.expires_at <= now) | Occupancy.id.in_(given_up)
    idle = select(func.count()).where(Occupancy.seat_of == table.id, kept_no_more).scalar_subquery()
    free = select(table.practitioner_id, table.starts_at, table.ends_at).where(
        table.practitioner_id.in_(practitioner_ids),
        table.starts_at.between(*bounds),
        table.service_id == service.id,
        table.status == "active",
        table.taken - idle < table.capacity,
    )
    gap = timedelta(minutes=service.gap_minutes)
    return [
        (one, starts_at, ends_at)
        for one, starts_at, ends_at in session.execute(free)
        if not any(start < ends_at + gap and end > starts_at for start, end in blocked)
    ]
