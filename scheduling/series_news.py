"""Telling both parties of a whole series once, and planning the reminders of each of its dates."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from foundation import outbox
from scheduling.announcements import REQUESTED, announce
from scheduling.appointment_records import Appointment, Status
from scheduling.reminders import promise_reminders, withdraw_reminders
from scheduling.series_dates import original_day
from scheduling.series_records import Series

BOOKED = "series.booked"
CHANGED = "series.changed"
CANCELLED = "series.cancelled"


def announce_booked(
    session: Session, series: Series, booked: Sequence[Appointment], *, now: datetime
) -> None:
    """One mail for each party; where the practitioner says yes first, each date is asked for by itself."""
    if any(one.status == Status.PENDING for one in booked):
        for one in booked:
            announce(session, one, REQUESTED, now=now)
        return
    announce_series(session, series, BOOKED, booked, now=now)


def announce_series(
    session: Session, series: Series, kind: str, told: Sequence[Appointment], *, now: datetime
) -> None:
    """Owe each party one mail about these dates, in place of older ones; reminders follow the new times."""
    for old in (BOOKED, CHANGED):
        outbox.withdraw(session, f"{old}:{series.id}:", now=now)
    for one in told:
        withdraw_reminders(session, one, now=now)
        if one.status == Status.BOOKED:
            promise_reminders(session, one, now=now)
    if told:
        _promise(session, series, kind, told, now)


def _promise(session: Session, series: Series, kind: str, told: Sequence[Appointment], now: datetime) -> None:
    dates = [original_day(one).isoformat() for one in told]
    until = max(one.ends_at for one in told)
    for person in told[0].parties:
        refs = {"series": series.id, "to": person, "dates": dates}
        key = f"{kind}:{series.id}:{series.sequence}:{person}"
        outbox.promise(session, kind, refs, key=key, due_at=now, now=now, not_after=until)
