"""Bookings that the hours no longer cover. They stay; somebody has to know of them."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from scheduling.appointments import Appointment, of_practitioner
from scheduling.availability import Interval, open_intervals
from scheduling.hours import Hours

_AHEAD = timedelta(days=400)
_DAY = timedelta(days=1)


def outside_hours(
    session: Session, practitioner_id: str, hours: Hours, *, now: datetime
) -> list[Appointment]:
    """The appointments ahead that do not lie inside `hours`, by time; of a group's session one seat."""
    booked = of_practitioner(session, practitioner_id, now, now + _AHEAD)
    ahead = _one_of_each([one for one in booked if not one.is_cancelled])
    if not ahead:
        return []
    first, last = now.astimezone(UTC).date() - 2 * _DAY, ahead[-1].ends_at.astimezone(UTC).date() + _DAY
    free = open_intervals(hours.windows, hours.overrides, hours.zone, first, last)
    return [one for one in ahead if not any(_covers(interval, one) for interval in free)]


def _one_of_each(booked: list[Appointment]) -> list[Appointment]:
    """A session of a group is one event for whoever leads it, however many come."""
    return list({one.occurrence_id or one.id: one for one in booked}.values())


def _covers(interval: Interval, one: Appointment) -> bool:
    return interval[0] <= one.starts_at and one.ends_at <= interval[1]
