"""A member's series as calendars show it: one event that repeats, what is left out, what is elsewhere."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from scheduling.appointment_records import Appointment, Status
from scheduling.calendars.events import Dated, Series
from scheduling.recurrence import Change, lenient_local
from scheduling.series_dates import original_dates, original_day
from scheduling.series_records import Series as SeriesRecord

HIDDEN = (Status.CANCELLED, Status.PROPOSED)


class SeriesDate(Protocol):
    """What of a date decides how a calendar shows it; `series_date` is its original local date."""

    @property
    def series_date(self) -> date | None: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def status(self) -> str: ...


def follow_ups(record: SeriesRecord, rows: Sequence[SeriesDate], summary: str, origin: str) -> Series:
    """The rule as it was first agreed is the master; `rows` are all of its dates, cancelled ones too."""
    shown = {one.series_date: one for one in rows if one.status not in HIDDEN}
    dated = (_dated(record, day, one) for day, one in shown.items() if day is not None)
    left_out = (day for day in original_dates(record) if day not in shown)
    return Series(
        uid=record.uid,
        sequence=record.sequence,
        rule=record.rule,
        changes=tuple(Change(day, cancelled=True) for day in left_out),
        changed_at=record.changed_at,
        summary=summary,
        url=f"{origin}/appointments/series/{record.id}",
        dated=tuple(one for one in dated if one is not None),
    )


def recurrence_id(record: SeriesRecord, one: Appointment) -> datetime:
    """The date's original local time, by which calendars know it."""
    zone = ZoneInfo(record.timezone)
    return lenient_local(original_day(one), record.minute_of_day, zone).astimezone(zone)


def _dated(record: SeriesRecord, day: date, one: SeriesDate) -> Dated | None:
    """None for a date that is as the rule says."""
    starts_at = lenient_local(day, record.minute_of_day, ZoneInfo(record.timezone))
    as_long = one.ends_at - one.starts_at == timedelta(minutes=record.minutes)
    waits = one.status == Status.PENDING
    if one.starts_at == starts_at and as_long and not waits:
        return None
    return Dated(day, one.starts_at, one.ends_at, waits)
