"""The dates ahead that are not where their series says, because the zone data have changed since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from scheduling.appointment_records import Appointment, Status
from scheduling.group_records import GroupOccurrence
from scheduling.series_dates import regular_start
from scheduling.series_records import Series

_LIVE = (Status.BOOKED, Status.PENDING)
Told = Row[str, str | None, date | None, datetime]


@dataclass(frozen=True)
class Stale:
    """One such date: of which series, its original local date, and the instant at which it should be."""

    one: Appointment | GroupOccurrence
    series_id: str
    day: date
    starts_at: datetime


def appointments_off(session: Session, *, now: datetime) -> list[Stale]:
    """Of members' series, in an order in which few are in the way of the next; as they are now."""
    columns = Appointment.id, Appointment.series_id, Appointment.series_date, Appointment.starts_at
    regular = Appointment.series_id.is_not(None), Appointment.occurrence_id.is_(None), ~Appointment.exception
    ahead = Appointment.starts_at > now, Appointment.status.in_(_LIVE)
    off = _off(session, session.execute(select(*columns).where(*regular, *ahead)).all(), now)
    rows = select(Appointment).where(Appointment.id.in_(off)).execution_options(populate_existing=True)
    return _in_order([Stale(one, *off[one.id]) for one in session.scalars(rows)] if off else [])


def sessions_off(session: Session, *, now: datetime) -> list[Stale]:
    """The same of weekly groups."""
    table = GroupOccurrence
    columns = table.id, table.series_id, table.series_date, table.starts_at
    ahead = table.starts_at > now, table.status == "active"
    regular = table.series_id.is_not(None), ~table.exception
    off = _off(session, session.execute(select(*columns).where(*regular, *ahead)).all(), now)
    rows = select(table).where(table.id.in_(off)).execution_options(populate_existing=True)
    return _in_order([Stale(one, *off[one.id]) for one in session.scalars(rows)] if off else [])


def _off(session: Session, told: Sequence[Told], now: datetime) -> dict[str, tuple[str, date, datetime]]:
    """Series, original date and true instant of each that is elsewhere; what would be over by now stays."""
    if not told:
        return {}
    known = session.scalars(select(Series).where(Series.id.in_({row[1] for row in told})))
    records = {one.id: one for one in known}
    found = {}
    for row_id, series_id, day, starts_at in told:
        if series_id is None or day is None:
            continue
        regular = regular_start(records[series_id], day)
        if now < regular != starts_at:
            found[row_id] = series_id, day, regular
    return found


def _in_order(found: list[Stale]) -> list[Stale]:
    later = any(stale.starts_at > stale.one.starts_at for stale in found)
    return sorted(found, key=lambda stale: stale.starts_at, reverse=later)
