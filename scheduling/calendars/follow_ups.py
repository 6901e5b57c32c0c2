"""A member's series as calendars show it: one event that repeats, what is left out, what is elsewhere."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.appointment_records import Appointment, Status
from scheduling.calendars.events import Dated, Series
from scheduling.recurrence import Change, lenient_local
from scheduling.series_dates import original_dates, original_day
from scheduling.series_records import Series as SeriesRecord

HIDDEN = (Status.CANCELLED, Status.PROPOSED)


def follow_ups(record: SeriesRecord, rows: Sequence[Appointment], summary: str, origin: str) -> Series:
    """The rule as it was first agreed is the master; `rows` are all of its dates, cancelled ones too."""
    shown = [one for one in rows if one.status not in HIDDEN]
    days = {original_day(one) for one in shown}
    left_out = (day for day in original_dates(record) if day not in days)
    return Series(
        uid=record.uid,
        sequence=record.sequence,
        rule=record.rule,
        changes=tuple(Change(day, cancelled=True) for day in left_out),
        changed_at=record.changed_at,
        summary=summary,
        url=f"{origin}/appointments/series/{record.id}",
        dated=tuple(_dated(one) for one in shown if not _is_by_rule(record, one)),
    )


def all_follow_ups(
    session: Session, some: Iterable[Appointment], summary: Callable[[Appointment], str], origin: str
) -> list[Series]:
    """The whole series of which `some` are dates, in a steady order."""
    ids = {one.series_id for one in some}
    theirs = select(Appointment).where(Appointment.series_id.in_(ids), Appointment.occurrence_id.is_(None))
    rows = session.scalars(theirs.order_by(Appointment.series_id, Appointment.series_date)).all()
    records = {one.id: one for one in session.scalars(select(SeriesRecord).where(SeriesRecord.id.in_(ids)))}
    found = []
    for series_id, group in groupby(rows, key=lambda one: one.series_id):
        dates = list(group)
        found.append(follow_ups(records[str(series_id)], dates, summary(dates[0]), origin))
    return found


def recurrence_id(record: SeriesRecord, one: Appointment) -> datetime:
    """The date's original local time, by which calendars know it."""
    zone = ZoneInfo(record.timezone)
    return lenient_local(original_day(one), record.minute_of_day, zone).astimezone(zone)


def _dated(one: Appointment) -> Dated:
    return Dated(original_day(one), one.starts_at, one.ends_at, one.status == Status.PENDING)


def _is_by_rule(record: SeriesRecord, one: Appointment) -> bool:
    starts_at = lenient_local(original_day(one), record.minute_of_day, ZoneInfo(record.timezone))
    as_long = one.ends_at - one.starts_at == timedelta(minutes=record.minutes)
    return one.starts_at == starts_at and as_long and one.status != Status.PENDING
