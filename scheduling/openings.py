"""When a service can be booked: hours minus everything that takes time, cut into slots.

Pages, the API and booking itself all ask here, so that what is listed is what can be booked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from scheduling.availability import Interval, open_intervals
from scheduling.full_days import full_days
from scheduling.group_openings import open_seats
from scheduling.hours import Hours, load_many
from scheduling.occupancy import Ignoring, busy
from scheduling.occurrences import hosted_time
from scheduling.recurrence import lenient_local
from scheduling.services import Service
from scheduling.slots import cut_slots

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
SERIES_LENGTH = timedelta(days=366)


@dataclass(frozen=True)
class Slot:
    """A time that can be booked with somebody; the gap afterwards is not part of it."""

    practitioner_id: str
    starts_at: datetime
    ends_at: datetime


def openings(
    session: Session,
    service: Service,
    practitioner_ids: Sequence[str],
    first: date,
    last: date,
    zone: ZoneInfo,
    *,
    now: datetime,
    member_id: str | None = None,
    ignoring: Ignoring = None,
    repeats: bool = False,
) -> list[Slot]:
    """Slots that start on the days `first` to `last` of `zone`, by time, within notice and horizon.

    Days and weeks on which a practitioner gives no more sessions have none. Of a group, sessions that have
    begun to fill are slots too while they have a seat.
    With `member_id`, times that this member has taken are left out. `ignoring` is an appointment
    or a hold whose own time counts as free, because it is about to move. For a date of something that
    `repeats`, the horizon is a year further.
    """
    bounds = _bounds(service, first, last, zone, now, horizon_of(service, repeats=repeats))
    if bounds is None:
        return []
    session_time = timedelta(minutes=service.minutes + service.gap_minutes)
    span = bounds[0], bounds[1] + session_time
    hours = load_many(session, practitioner_ids, *_days_around(bounds))
    taken = busy(session, practitioner_ids, member_id, span, now=now, ignoring=ignoring)
    hosting = hosted_time(session, practitioner_ids, span)
    full = full_days(session, hours, bounds, now=now, ignoring=ignoring)
    blocked = taken.get(member_id, []) if member_id else []
    found = [
        slot
        for one, theirs in hours.items()
        for slot in _cut(service, one, theirs, [*blocked, *taken.get(one, ()), *hosting.get(one, ())], bounds)
        if not any(start <= slot.starts_at < end for start, end in full.get(one, ()))
    ]
    if service.is_group:
        seats = open_seats(session, service, practitioner_ids, bounds, blocked, now=now, ignoring=ignoring)
        found += [Slot(*one) for one in seats]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.practitioner_id))


def horizon_of(service: Service, *, repeats: bool = False) -> timedelta:
    """How far ahead a time may be; only the first date of a series is bound by the service's own horizon."""
    return timedelta(days=service.horizon_days) + (SERIES_LENGTH if repeats else timedelta(0))


def _bounds(
    service: Service, first: date, last: date, zone: ZoneInfo, now: datetime, horizon: timedelta
) -> Interval | None:
    """The first and last instant at which a slot may start, if any, however far the dates that were asked."""
    soonest = now + timedelta(minutes=service.notice_minutes)
    furthest = now + horizon
    first, last = max(first, soonest.date() - 2 * _DAY), min(last, furthest.date() + 2 * _DAY)
    if first > last:
        return None
    earliest = max(lenient_local(first, 0, zone), soonest)
    latest = min(lenient_local(last + _DAY, 0, zone) - _INSTANT, furthest)
    return (earliest, latest) if earliest <= latest else None


def _cut(
    service: Service, practitioner_id: str, hours: Hours, blocked: list[Interval], bounds: Interval
) -> list[Slot]:
    free = open_intervals(hours.windows, hours.overrides, hours.zone, *_days_around(bounds))
    cut = cut_slots(
        free,
        blocked,
        length=timedelta(minutes=service.minutes),
        gap=timedelta(minutes=service.gap_minutes),
        step=timedelta(minutes=service.step_minutes),
        earliest=bounds[0],
        latest=bounds[1],
    )
    return [Slot(practitioner_id, starts_at, ends_at) for starts_at, ends_at in cut]


def _days_around(bounds: Interval) -> tuple[date, date]:
    """The local dates, in any zone, whose windows can reach into the bounds: they may run past midnight."""
    return bounds[0].astimezone(UTC).date() - 2 * _DAY, bounds[1].astimezone(UTC).date() + _DAY


def fits_the_hours(session: Session, service: Service, practitioner_id: str, starts_at: datetime) -> bool:
    """Whether it would be a slot if nothing were booked."""
    bounds = starts_at, starts_at
    hours = load_many(session, [practitioner_id], *_days_around(bounds)).get(practitioner_id)
    return hours is not None and bool(_cut(service, practitioner_id, hours, [], bounds))
