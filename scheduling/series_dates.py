"""A series, its dates, and when each of them regularly takes place."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.appointment_records import HAPPENED, Appointment
from scheduling.recurrence import lenient_local
from scheduling.series_records import Series
from scheduling.series_refusals import UnknownSeries


def find_series(session: Session, series_id: str) -> Series:
    """Raises UnknownSeries."""
    found = session.get(Series, series_id)
    if found is None:
        raise UnknownSeries
    return found


def series_appointments(session: Session, series_id: str, *, fresh: bool = False) -> list[Appointment]:
    """All of a member's series, cancelled and past ones too, by their original local dates.

    `fresh` ones are read again, where the session may remember them from before a lock.
    """
    own = Appointment.series_id == series_id, Appointment.occurrence_id.is_(None)
    rows = select(Appointment).where(*own).order_by(Appointment.series_date)
    return list(session.scalars(rows, execution_options={"populate_existing": fresh}))


def original_dates(series: Series) -> list[date]:
    """Every local date of the rule as it was first agreed, those left out too."""
    last, stride = series.until_date or series.first_date, timedelta(weeks=series.every_weeks)
    return [series.first_date + stride * number for number in range((last - series.first_date) // stride + 1)]


def regular_local(series: Series, day: date) -> tuple[date, int]:
    """The local date and minute at which the date known as `day` takes place, unless it is an exception."""
    found = day, series.minute_of_day
    for shift in series.shifts:
        if shift.from_date <= day:
            found = day + timedelta(days=shift.days), shift.minute_of_day
    return found


def regular_start(series: Series, day: date) -> datetime:
    """The same as an instant; a local time that the clocks jump over counts as before the jump."""
    return lenient_local(*regular_local(series, day), ZoneInfo(series.timezone))


def original_day(appointment: Appointment) -> date:
    """The original local date of one of a series."""
    if appointment.series_date is None:
        raise LookupError("this appointment is none of a series")
    return appointment.series_date


def is_ahead(appointment: Appointment, now: datetime) -> bool:
    """Whether it can still be changed."""
    return appointment.starts_at > now and not appointment.is_cancelled and appointment.status not in HAPPENED
