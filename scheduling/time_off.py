"""Whole days off, from one date to another, and what is booked on them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy.orm import Session

from foundation.errors import DomainError
from scheduling.appointments import Appointment, of_practitioner
from scheduling.availability import Interval, Override
from scheduling.diary import GroupSession, group_sessions
from scheduling.hours import Hours, load_hours, save_hours
from scheduling.recurrence import lenient_local

LONGEST = timedelta(days=92)
_DAY = timedelta(days=1)
_FURTHEST = timedelta(days=1500)


class BadTimeOff(DomainError):
    code: ClassVar[str] = "bad_time_off"
    default: ClassVar[str] = "The last day cannot come before the first. Change one of the two."


@dataclass(frozen=True)
class StillBooked:
    """What stands on days that are off; it stays until somebody moves or cancels it."""

    appointments: tuple[Appointment, ...]
    groups: tuple[GroupSession, ...]


def take_off(
    session: Session, practitioner_id: str, first: date, last: date, *, by: str, now: datetime
) -> Hours:
    """The dates `first` to `last`, in the zone of the hours, are days off in place of what was said of them.

    Nothing that is booked is touched. Raises BadTimeOff.
    """
    hours = load_hours(session, practitioner_id)
    _check(first, last, now.astimezone(hours.zone).date())
    off = tuple(Override(first + _DAY * number) for number in range((last - first).days + 1))
    kept = replace(hours, overrides=(*_outside(hours, first, last), *off))
    save_hours(session, practitioner_id, kept, now=now, by=by)
    return kept


def work_again(
    session: Session, practitioner_id: str, first: date, last: date, *, by: str, now: datetime
) -> Hours:
    """The days off from `first` to `last` follow the weekly hours again. Raises BadTimeOff."""
    hours = load_hours(session, practitioner_id)
    _check(first, last, min(first, now.astimezone(hours.zone).date()))
    worked = [one for one in hours.overrides if one.ranges and first <= one.date <= last]
    kept = replace(hours, overrides=(*_outside(hours, first, last), *worked))
    save_hours(session, practitioner_id, kept, now=now, by=by)
    return kept


def still_booked(session: Session, practitioner_id: str, first: date, last: date) -> StillBooked:
    """What is booked on these dates, by time."""
    start, end = _span(load_hours(session, practitioner_id), first, last)
    ahead = of_practitioner(session, practitioner_id, start, end)
    single = [one for one in ahead if not one.is_cancelled and one.occurrence_id is None]
    return StillBooked(tuple(single), tuple(group_sessions(session, practitioner_id, start, end)))


def _span(hours: Hours, first: date, last: date) -> Interval:
    return lenient_local(first, 0, hours.zone), lenient_local(last + _DAY, 0, hours.zone)


def _outside(hours: Hours, first: date, last: date) -> list[Override]:
    return [one for one in hours.overrides if not first <= one.date <= last]


def _check(first: date, last: date, today: date) -> None:
    if last < first:
        raise BadTimeOff
    if last - first >= LONGEST:
        raise BadTimeOff("That is more than three months. Write it in two parts, or change the weekly hours.")
    if first < today:
        raise BadTimeOff("The first day is over. Begin with today or a later one.")
    if first > today + _FURTHEST:
        raise BadTimeOff("That is more than four years ahead. Look at the year again.")
