"""This date of a series and all that follow: at another time, or not at all."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from foundation import audit
from foundation.database import violates
from scheduling.appointment_records import Appointment, Status
from scheduling.conflicts import lock_time
from scheduling.hours import load_hours
from scheduling.occupancy import MEMBER_OVERLAP, PRACTITIONER_OVERLAP, Occupancy, delete_expired
from scheduling.offers import freed_by, offer, offer_freed, pass_on
from scheduling.rebooking import give_back
from scheduling.refusals import SlotTaken
from scheduling.series import chosen
from scheduling.series_check import PlannedDate, Terms, check
from scheduling.series_dates import find_series, is_ahead, original_day, series_appointments
from scheduling.series_news import CANCELLED, CHANGED, announce_series
from scheduling.series_orders import Due, OnConflict, due_on, local_start, require_dates
from scheduling.series_records import Series, SeriesShift
from scheduling.series_refusals import BadSeries, DateConflict, NotInSeries, SeriesConflict

_FURTHEST = 28


def plan_following(
    session: Session,
    series_id: str,
    from_date: date,
    starts_at: datetime,
    *,
    now: datetime,
    skip: frozenset[date] = frozenset(),
    moved: Mapping[date, datetime] | None = None,
) -> list[PlannedDate]:
    """What `change_following` would do, date by date; nothing is written."""
    series = find_series(session, series_id)
    rows = _regular(session, series, from_date, now)
    return _plan(session, series, rows, _dues(series, rows, from_date, starts_at, skip, moved or {}), now)


def change_following(
    session: Session,
    series_id: str,
    from_date: date,
    starts_at: datetime,
    *,
    by: str,
    now: datetime,
    skip: frozenset[date] = frozenset(),
    moved: Mapping[date, datetime] | None = None,
    on_conflict: OnConflict = "fail",
) -> Series:
    """From the original date `from_date` on, at the local day and time of `starts_at`; told once.

    Dates that were moved or cancelled by themselves stay as they are. Those in `skip` are cancelled, those in
    `moved` go elsewhere. Raises SeriesConflict with nothing written, NotInSeries, BadSeries, UnknownSeries.
    """
    series = find_series(session, series_id)
    _lock(session, series)
    pass_on(session, now=now, practitioner_ids=[series.practitioner_id], also=[series.service_id])
    with session.begin_nested():
        rows = _regular(session, series, from_date, now)
        freed = [freed_by(one) for one in rows]
        dues = _dues(series, rows, from_date, starts_at, skip, moved or {})
        planned = _plan(session, series, rows, dues, now)
        wanted = chosen(planned, skip_conflicts=on_conflict == "skip")
        _shift(session, series, from_date, starts_at)
        _put_all(session, rows, wanted, by, now)
    _finish(session, series, now)
    announce_series(session, series, CHANGED, rows, now=now)
    _record(session, "series.change", series, by, now, from_date=from_date.isoformat(), dates=len(wanted))
    for one, given_back in zip(rows, freed, strict=True):
        if one.is_cancelled or one.starts_at != given_back.starts_at:
            offer(session, given_back, now=now)
    return series


def cancel_following(
    session: Session, series_id: str, from_date: date, *, by: str, reason: str = "", now: datetime
) -> list[Appointment]:
    """Give back every date from the original `from_date` on that is still ahead, moved ones too; told once.

    Raises NotInSeries when there is none, UnknownSeries.
    """
    series = find_series(session, series_id)
    _lock(session, series)
    rows = _ahead(session, series, from_date, now)
    _give_back(session, series, rows, CANCELLED, by, reason, now)
    _record(session, "series.cancel", series, by, now, from_date=from_date.isoformat(), dates=len(rows))
    return rows


def cancel_dates(
    session: Session, series_id: str, dates: Collection[date], *, by: str, now: datetime
) -> list[Appointment]:
    """Give back those of these original dates that are still ahead; the others stay. Told once.

    Raises UnknownSeries.
    """
    series = find_series(session, series_id)
    _lock(session, series)
    ahead = [one for one in series_appointments(session, series.id, fresh=True) if is_ahead(one, now)]
    rows = [one for one in ahead if original_day(one) in dates]
    if rows:
        _give_back(session, series, rows, CANCELLED if rows == ahead else CHANGED, by, "", now)
        _record(session, "series.cancel", series, by, now, dates=len(rows))
    return rows


def _give_back(
    session: Session,
    series: Series,
    rows: Sequence[Appointment],
    kind: str,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    for one in rows:
        free_until = one.starts_at - timedelta(minutes=one.service.cancel_minutes)
        one.cancelled_late = one.status == Status.BOOKED and now > free_until
        _cancel(session, one, by, reason, now)
    _finish(session, series, now)
    announce_series(session, series, kind, rows, now=now)
    for one in rows:
        offer_freed(session, one, now=now)


def _lock(session: Session, series: Series) -> None:
    """Everybody whose time it is, then the series as it is now."""
    lock_time(session, series.practitioner_id, *([series.member_id] if series.member_id else []))
    session.refresh(series)


def _ahead(session: Session, series: Series, from_date: date, now: datetime) -> list[Appointment]:
    rows = series_appointments(session, series.id, fresh=True)
    found = [one for one in rows if original_day(one) >= from_date and is_ahead(one, now)]
    if not found:
        raise NotInSeries
    return found


def _regular(session: Session, series: Series, from_date: date, now: datetime) -> list[Appointment]:
    rows = [one for one in _ahead(session, series, from_date, now) if not one.exception]
    if not rows or from_date < series.first_date:
        raise NotInSeries
    return rows


def _dues(
    series: Series,
    rows: Sequence[Appointment],
    from_date: date,
    starts_at: datetime,
    skip: frozenset[date],
    moved: Mapping[date, datetime],
) -> list[Due]:
    zone, days = ZoneInfo(series.timezone), [original_day(one) for one in rows]
    require_dates(days, skip, moved)
    shift, minute = _offset(series, from_date, starts_at)
    return [due_on(day, day + timedelta(days=shift), minute, zone, skip, moved) for day in days]


def _offset(series: Series, from_date: date, starts_at: datetime) -> tuple[int, int]:
    """How many days later than the original date, and the local minute of the day."""
    day, minute = local_start(starts_at, ZoneInfo(series.timezone))
    days = (day - from_date).days
    if abs(days) > _FURTHEST:
        raise BadSeries("That is more than four weeks from the date it was. Book a new series instead.")
    return days, minute


def _plan(
    session: Session, series: Series, rows: Sequence[Appointment], dues: Sequence[Due], now: datetime
) -> list[PlannedDate]:
    """The dates' own times count as free, since they give way; nothing binds them to the horizon again."""
    own = frozenset(one.id for one in rows)
    people = series.practitioner_id, series.member_id or ""
    hours = load_hours(session, series.practitioner_id)
    terms = Terms(rows[0].service, *people, hours, ignoring=own, binding=False)
    return check(session, dues, terms, now=now)


def _shift(session: Session, series: Series, from_date: date, starts_at: datetime) -> None:
    """In place of every shift from then on."""
    days, minute = _offset(series, from_date, starts_at)
    later = SeriesShift.series_id == series.id, SeriesShift.from_date >= from_date
    session.execute(delete(SeriesShift).where(*later))
    session.add(SeriesShift(series_id=series.id, from_date=from_date, days=days, minute_of_day=minute))
    session.flush()
    session.expire(series, ["shifts"])


def _put_all(
    session: Session, rows: Sequence[Appointment], wanted: Sequence[PlannedDate], by: str, now: datetime
) -> None:
    """First all give their time back, then each takes its new one in the order of time, as everybody does."""
    delete_expired(session, *rows[0].parties, now=now)
    taken = {one.appointment_id: one for one in _occupancy(session, rows)}
    for row in taken.values():
        row.status = "released"
    session.flush()
    by_date = {original_day(one): one for one in rows}
    for one in sorted(wanted, key=lambda one: one.starts_at):
        appointment = by_date.pop(one.date)
        _put(session, appointment, taken[appointment.id], one, by, now)
    for left_out in by_date.values():
        _cancel(session, left_out, by, "", now)


def _put(
    session: Session, one: Appointment, row: Occupancy, planned: PlannedDate, by: str, now: datetime
) -> None:
    gap = row.ends_at - one.ends_at
    if planned.starts_at != one.starts_at:
        one.moved_from, one.moved_by = one.starts_at, by
    one.starts_at, one.ends_at = planned.starts_at, planned.ends_at
    one.exception, one.revision, one.changed_at = planned.moved, one.revision + 1, now
    row.starts_at, row.ends_at, row.status = planned.starts_at, planned.ends_at + gap, "active"
    if by != one.member_id:
        one.status = Status.BOOKED.value
    try:
        session.flush()
    except IntegrityError as error:
        if violates(error, PRACTITIONER_OVERLAP) or violates(error, MEMBER_OVERLAP):
            raise SeriesConflict([DateConflict(planned.date, SlotTaken.code)]) from error
        raise


def _cancel(session: Session, one: Appointment, by: str, reason: str, now: datetime) -> None:
    give_back(session, one, by, reason)
    one.exception, one.revision, one.changed_at = True, one.revision + 1, now
    session.flush()


def _occupancy(session: Session, rows: Sequence[Appointment]) -> Sequence[Occupancy]:
    ids = [one.id for one in rows]
    return session.scalars(select(Occupancy).where(Occupancy.appointment_id.in_(ids))).all()


def _finish(session: Session, series: Series, now: datetime) -> None:
    """Calendars follow the highest number."""
    series.sequence += 1
    series.changed_at = now.astimezone(UTC)
    session.flush()


def _record(session: Session, action: str, series: Series, by: str, now: datetime, **detail: object) -> None:
    audit.record(session, actor=by, action=action, kind="series", object_id=series.id, now=now, detail=detail)
