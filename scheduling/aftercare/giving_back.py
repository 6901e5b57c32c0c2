"""Taking contacts out of a plan, and giving their appointments back: one mail for each series."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.aftercare.plan_records import ContactState, PlannedContact
from scheduling.appointment_records import Appointment
from scheduling.rebooking import cancel
from scheduling.series_changes import cancel_dates
from scheduling.series_dates import is_ahead, original_day


def give_back_contacts(
    session: Session, contacts: Sequence[PlannedContact], *, by: str, now: datetime
) -> None:
    """Drop them all; what was booked for them and is still ahead is cancelled, and both parties are told."""
    booked = [one.appointment_id for one in contacts if one.appointment_id]
    for one in contacts:
        one.state, one.appointment_id, one.done_at = ContactState.DROPPED.value, None, now
    session.flush()
    rows = session.scalars(select(Appointment).where(Appointment.id.in_(booked))).all()
    dates: dict[str, list[date]] = defaultdict(list)
    for appointment in [one for one in rows if is_ahead(one, now)]:
        if appointment.series_id and appointment.in_series:
            dates[appointment.series_id].append(original_day(appointment))
        else:
            cancel(session, appointment.id, by=by, now=now)
    for series_id in sorted(dates):
        cancel_dates(session, series_id, dates[series_id], by=by, now=now)
