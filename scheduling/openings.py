"""When a service can be booked: hours minus everything that takes time, cut into slots.

Pages, the API and booking itself all ask here, so that what is listed is what can be booked.
"""

from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from heapq import nsmallest
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from scheduling.availability import Interval, merge, open_spans
from scheduling.full_days import full_days
from scheduling.group_openings import open_seats
from scheduling.hours import Hours, load_many
from scheduling.occupancy import Ignoring, busy_spans
from scheduling.occurrences import hosted_time
from scheduling.recurrence import lenient_local
from scheduling.seconds import Span, instant_at, seconds_at, seconds_by, span_of
from scheduling.services import Service
from scheduling.slots import cut_starts, shut_by

_DAY = timedelta(days=1)
_MINUTE = 60
_INSTANT = timedelta(microseconds=1)
SERIES_LENGTH = timedelta(days=366)


@dataclass(frozen=True)
class Slot:
    """A time that can be booked with somebody; the gap afterwards is not part of it."""

    practitioner_id: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class FreeTimes:
    """When each practitioner can begin, in seconds and in order: slots are made of those that are shown.

    `ends` are those of group sessions, which need not be as long as the service. `hours` are what was cut.
    """

    length: int = 0
    starts: Mapping[str, Sequence[int]] = field(default_factory=dict)
    ends: Mapping[tuple[str, int], int] = field(default_factory=dict)
    hours: Mapping[str, Hours] = field(default_factory=dict)

    def slot(self, practitioner_id: str, start: int) -> Slot:
        end = self.ends.get((practitioner_id, start), start + self.length)
        return Slot(practitioner_id, instant_at(start), instant_at(end))

    def slots(self) -> list[Slot]:
        """All of them by time, then by practitioner."""
        every = sorted((start, one) for one, theirs in self.starts.items() for start in theirs)
        return [self.slot(one, start) for start, one in every]

    def has(self, practitioner_id: str, at: datetime) -> bool:
        second = seconds_at(at)
        return instant_at(second) == at and second in self.starts.get(practitioner_id, ())

    def nearest(self, practitioner_id: str, at: datetime, count: int) -> list[Slot]:
        """A few with one of them, the nearest first."""
        second, theirs = seconds_at(at), self.starts.get(practitioner_id, ())
        chosen = nsmallest(count, theirs, key=lambda start: (abs(start - second), start))
        return [self.slot(practitioner_id, start) for start in chosen]

    @property
    def first(self) -> datetime | None:
        """The earliest start of all."""
        earliest = min((theirs[0] for theirs in self.starts.values() if theirs), default=None)
        return None if earliest is None else instant_at(earliest)

    def only(self, practitioner_id: str) -> "FreeTimes":
        """What is free with one of them."""
        return replace(self, starts={practitioner_id: self.starts.get(practitioner_id, ())})


@dataclass(frozen=True)
class _Asked:
    """`bounds` are the first and the last instant at which a slot may start."""

    service: Service
    people: Sequence[str]
    bounds: Interval
    now: datetime
    member_id: str | None
    ignoring: Ignoring

    @property
    def room(self) -> int:
        """The seconds that a session needs, with the gap that follows."""
        return (self.service.minutes + self.service.gap_minutes) * _MINUTE

    @property
    def span(self) -> Interval:
        return self.bounds[0], self.bounds[1] + timedelta(seconds=self.room)


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
    asked = session, service, practitioner_ids, first, last, zone
    found = free_times(*asked, now=now, member_id=member_id, ignoring=ignoring, repeats=repeats)
    return found.slots()


def free_times(
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
) -> FreeTimes:
    """What `openings` tells, without a Slot for each: hundreds of practitioners have tens of thousands."""
    bounds = _bounds(service, first, last, zone, now, horizon_of(service, repeats=repeats))
    if bounds is None:
        return FreeTimes()
    asked = _Asked(service, practitioner_ids, bounds, now, member_id, ignoring)
    span = asked.span
    taken = busy_spans(session, practitioner_ids, member_id, span, now=now, ignoring=ignoring)
    blocked = taken.get(member_id, []) if member_id else []
    hours = load_many(session, practitioner_ids, *_days_around(bounds))
    starts = _starts(session, asked, hours, taken, blocked)
    found = FreeTimes(service.minutes * _MINUTE, starts, hours=hours)
    return _with_seats(session, asked, blocked, found) if service.is_group else found


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


def _starts(
    session: Session,
    asked: _Asked,
    hours: Mapping[str, Hours],
    taken: Mapping[str, list[Span]],
    blocked: list[Span],
) -> dict[str, list[int]]:
    """When each can begin; `blocked` is what the member has taken."""
    hosting = hosted_time(session, asked.people, asked.span)
    full = full_days(session, hours, asked.bounds, now=asked.now, ignoring=asked.ignoring)
    found = {}
    for one, theirs in hours.items():
        busy = [*blocked, *taken.get(one, ()), *(span_of(*led) for led in hosting.get(one, ()))]
        closed = [span_of(*days) for days in full.get(one, ())]
        shut = merge([*shut_by(busy, asked.room), *closed])
        found[one] = _cut(asked.service, theirs, shut, asked.bounds)
    return found


def _with_seats(session: Session, asked: _Asked, blocked: list[Span], found: FreeTimes) -> FreeTimes:
    own = [(instant_at(start), instant_at(end)) for start, end in blocked]
    seats = open_seats(
        session, asked.service, asked.people, asked.bounds, own, now=asked.now, ignoring=asked.ignoring
    )
    ends = {(one, seconds_at(starts_at)): seconds_at(ends_at) for one, starts_at, ends_at in seats}
    starts = {one: [*theirs] for one, theirs in found.starts.items()}
    for one, start in ends:
        insort(starts.setdefault(one, []), start)
    return replace(found, starts=starts, ends=ends)


def _cut(service: Service, hours: Hours, shut: Sequence[Span], bounds: Interval) -> list[int]:
    return cut_starts(
        open_spans(hours.windows, hours.overrides, hours.zone, *_days_around(bounds)),
        shut,
        length=service.minutes * _MINUTE,
        step=service.step_minutes * _MINUTE,
        earliest=seconds_by(bounds[0]),
        latest=seconds_at(bounds[1]),
    )


def _days_around(bounds: Interval) -> tuple[date, date]:
    """The local dates, in any zone, whose windows can reach into the bounds: they may run past midnight."""
    return bounds[0].astimezone(UTC).date() - 2 * _DAY, bounds[1].astimezone(UTC).date() + _DAY


def hours_then(session: Session, practitioner_id: str, at: datetime) -> Hours | None:
    """The hours that bear on one instant; None for somebody who never set any."""
    return load_many(session, [practitioner_id], *_days_around((at, at))).get(practitioner_id)


def fits_the_hours(service: Service, hours: Hours, starts_at: datetime) -> bool:
    """Whether it would be a slot if nothing were booked."""
    return bool(_cut(service, hours, [], (starts_at, starts_at)))
