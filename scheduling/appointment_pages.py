"""A person's appointments a page at a time, whichever side of them they are on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from scheduling.appointment_records import Appointment


@dataclass(frozen=True)
class Stretch:
    """Those that start within [start, end), and after the one at `after`: its start and its id."""

    start: datetime | None = None
    end: datetime | None = None
    after: tuple[datetime, str] | None = None


def page_of(session: Session, person_id: str, stretch: Stretch, *, limit: int) -> list[Appointment]:
    """By time and id, cancelled ones too; of those that start together, none twice and none left out."""
    mine = or_(Appointment.member_id == person_id, Appointment.practitioner_id == person_id)
    rows = select(Appointment).where(mine)
    if stretch.start is not None:
        rows = rows.where(Appointment.starts_at >= stretch.start)
    if stretch.end is not None:
        rows = rows.where(Appointment.starts_at < stretch.end)
    if stretch.after is not None:
        at, last = stretch.after
        same = and_(Appointment.starts_at == at, Appointment.id > last)
        rows = rows.where(or_(Appointment.starts_at > at, same))
    ordered = rows.order_by(Appointment.starts_at, Appointment.id).limit(limit)
    return list(session.scalars(ordered))
