"""Series keep their local time when a government changes its clocks: the dates ahead are told anew."""

from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation import audit
from foundation.database import violates
from scheduling.appointment_records import Appointment, Status
from scheduling.conflicts import lock_time
from scheduling.occupancy import MEMBER_OVERLAP, PRACTITIONER_OVERLAP, Occupancy
from scheduling.series_dates import original_day, regular_start
from scheduling.series_news import CHANGED, announce_series
from scheduling.series_records import Series

_LIVE = (Status.BOOKED, Status.PENDING)


def retell_series(session: Session, *, now: datetime) -> int:
    """Move the regular dates ahead to where today's zone data put their local times. Returns how many.

    Where somebody else has that time by now, the date stays at its instant, as an exception.
    """
    off = _off(session, now)
    if not off:
        return 0
    lock_time(session, *{person for one in off for person in one.parties})
    off = _off(session, now)
    return sum(_retell(session, series_id, list(rows), now) for series_id, rows in groupby(off, key=_series))


def _series(one: Appointment) -> str:
    return str(one.series_id)


def _off(session: Session, now: datetime) -> list[Appointment]:
    """The dates ahead that are not where their series says, each series together, the earliest first."""
    regular = Appointment.series_id.is_not(None), Appointment.occurrence_id.is_(None), ~Appointment.exception
    ahead = (*regular, Appointment.starts_at > now, Appointment.status.in_(_LIVE))
    columns = Appointment.id, Appointment.series_id, Appointment.series_date, Appointment.starts_at
    told = session.execute(select(*columns).where(*ahead)).all()
    known = select(Series).where(Series.id.in_({row[1] for row in told}))
    records = {one.id: one for one in session.scalars(known)} if told else {}
    ids = [row[0] for row in told if _is_off(records[str(row[1])], row[2], row[3])]
    rows = select(Appointment).where(Appointment.id.in_(ids))
    in_order = rows.order_by(Appointment.series_id, Appointment.starts_at)
    return list(session.scalars(in_order, execution_options={"populate_existing": True})) if ids else []


def _is_off(series: Series, day: date | None, starts_at: datetime) -> bool:
    return day is not None and regular_start(series, day) != starts_at


def _retell(session: Session, series_id: str, rows: list[Appointment], now: datetime) -> int:
    series = session.get_one(Series, series_id)
    series.sequence += 1
    series.changed_at = now
    for one in rows:
        _put(session, one, regular_start(series, original_day(one)), now)
    session.flush()
    announce_series(session, series, CHANGED, rows, now=now)
    detail = {"dates": len(rows)}
    audit.record(
        session,
        actor=None,
        action="series.retell",
        kind="series",
        object_id=series_id,
        now=now,
        detail=detail,
    )
    return len(rows)


def _put(session: Session, one: Appointment, starts_at: datetime, now: datetime) -> None:
    one.revision, one.changed_at = one.revision + 1, now
    session.flush()
    try:
        with session.begin_nested():
            _shift(session, one, starts_at - one.starts_at)
    except IntegrityError as error:
        if not (violates(error, PRACTITIONER_OVERLAP) or violates(error, MEMBER_OVERLAP)):
            raise
        session.refresh(one)
        one.exception = True
        session.flush()


def _shift(session: Session, one: Appointment, by: timedelta) -> None:
    row = session.scalars(select(Occupancy).where(Occupancy.appointment_id == one.id)).one()
    row.starts_at, row.ends_at = row.starts_at + by, row.ends_at + by
    one.starts_at, one.ends_at = one.starts_at + by, one.ends_at + by
    session.flush()
