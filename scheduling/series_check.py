"""Every date of a series against everything that takes time: looked up once, for the whole span.

The slots are those of `openings`, as for a single booking; only the horizon binds the first date alone.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from scheduling.availability import Interval, open_intervals
from scheduling.conflicts import IMPORTED
from scheduling.hours import Hours
from scheduling.limits import full_time
from scheduling.occupancy import busy, session_starts
from scheduling.occurrences import hosted_time
from scheduling.openings import Slot, openings
from scheduling.recurrence import NonExistentTime
from scheduling.refusals import BeyondHorizon, LimitReached, NotASlot, OutsideNotice, SlotTaken
from scheduling.series_orders import Due
from scheduling.series_refusals import DateConflict
from scheduling.services import Service, offers
from scheduling.slots import cut_slots

_UTC = ZoneInfo("UTC")
_NEAR = timedelta(days=7)
_AROUND = timedelta(days=8)
_DAY = timedelta(days=1)
_MOST_ALTERNATIVES = 4


@dataclass(frozen=True)
class Terms:
    """Who meets whom for what, in whose hours. `ignoring` are appointments that are about to move.

    `binding` is whether the service's horizon binds the first date; with `override` the practitioner's own
    rules are set aside, never what is taken.
    """

    service: Service
    practitioner_id: str
    member_id: str
    hours: Hours
    ignoring: frozenset[str] = frozenset()
    binding: bool = True
    override: bool = False

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.service.minutes)

    @property
    def taken(self) -> timedelta:
        """The session and the gap that follows."""
        return self.length + timedelta(minutes=self.service.gap_minutes)


@dataclass(frozen=True)
class PlannedDate:
    """One date of a plan; `date` is its original local date, `set_aside` the codes an override outweighs."""

    date: date
    starts_at: datetime
    ends_at: datetime
    conflict: DateConflict | None = None
    left_out: bool = False
    moved: bool = False
    set_aside: tuple[str, ...] = ()

    @property
    def wanted(self) -> bool:
        return not self.left_out and self.conflict is None


def check(session: Session, dues: Sequence[Due], terms: Terms, *, now: datetime) -> list[PlannedDate]:
    """Each date as it would be. Raises NotASlot when the practitioner does not give the service."""
    if not offers(session, terms.service.id, terms.practitioner_id):
        raise NotASlot
    wanted = [due for due in dues if not due.left_out]
    if not wanted:
        return [_planned(due, terms) for due in dues]
    ground = _look(session, wanted, terms, now)
    return [ground.judge(due) for due in dues]


def _planned(
    due: Due, terms: Terms, conflict: DateConflict | None = None, set_aside: tuple[str, ...] = ()
) -> PlannedDate:
    ends_at = due.starts_at + terms.length
    return PlannedDate(due.date, due.starts_at, ends_at, conflict, due.left_out, due.moved, set_aside)


@dataclass
class _Ground:
    """What speaks for and against the times in one span."""

    terms: Terms
    now: datetime
    wanted: Sequence[Due]
    free: list[Slot]
    fitting: frozenset[datetime]
    taken: list[Interval]
    busy: list[Interval]
    sessions: list[datetime]

    def __post_init__(self) -> None:
        self.starts = [slot.starts_at for slot in self.free]
        self.first = min(self.wanted, key=lambda due: due.starts_at)

    def judge(self, due: Due) -> PlannedDate:
        if due.left_out:
            return _planned(due, self.terms)
        code, set_aside = self._verdict(due)
        if code is None:
            return _planned(due, self.terms, set_aside=set_aside)
        conflict = DateConflict(due.date, code, self._alternatives(due))
        return _planned(due, self.terms, conflict)

    def _verdict(self, due: Due) -> tuple[str | None, tuple[str, ...]]:
        if not due.exists:
            return NonExistentTime.code, ()
        if self._meets_its_own(due):
            return SlotTaken.code, ()
        if self.terms.override:
            return self._firm(due), self._set_aside(due)
        objection = next(self._objections(due), None)
        return objection or (None if self._is_free(due) else SlotTaken.code), ()

    def _set_aside(self, due: Due) -> tuple[str, ...]:
        codes = tuple(self._objections(due))
        return (*codes, IMPORTED) if self._overlaps(due, self.busy) else codes

    def _objections(self, due: Due) -> Iterator[str]:
        """The codes of the rules that speak against it, whatever is booked, in the order of one booking."""
        service = self.terms.service
        if due.starts_at < self.now + timedelta(minutes=service.notice_minutes):
            yield OutsideNotice.code
        if self._is_bound(due) and due.starts_at > self.now + timedelta(days=service.horizon_days):
            yield BeyondHorizon.code
        if due.starts_at not in self.fitting:
            yield NotASlot.code
        if self._is_full(due):
            yield LimitReached.code

    def _firm(self, due: Due) -> str | None:
        """What even an override stops at."""
        if due.starts_at <= self.now:
            return OutsideNotice.code
        return SlotTaken.code if self._overlaps(due, self.taken) else None

    def _overlaps(self, due: Due, intervals: Sequence[Interval]) -> bool:
        end = due.starts_at + self.terms.taken
        return any(start < end and due.starts_at < until for start, until in intervals)

    def _is_bound(self, due: Due) -> bool:
        return self.terms.binding and due is self.first

    def _is_free(self, due: Due) -> bool:
        place = bisect_left(self.starts, due.starts_at)
        return place < len(self.starts) and self.starts[place] == due.starts_at

    def _is_full(self, due: Due) -> bool:
        """The series' own other dates count too."""
        own = [one.starts_at for one in self.wanted if one.starts_at < due.starts_at]
        full = full_time([*self.sessions, *own], self.terms.hours.limits, self.terms.hours.zone)
        return any(start <= due.starts_at < end for start, end in full)

    def _meets_its_own(self, due: Due) -> bool:
        """Of two dates of the series that overlap, the one that was moved there gives way, else the later."""
        for other in self.wanted:
            apart = abs(other.starts_at - due.starts_at)
            if other is not due and apart < self.terms.taken and _gives_way(due, other):
                return True
        return False

    def _alternatives(self, due: Due) -> list[Slot]:
        first = bisect_left(self.starts, due.starts_at - _NEAR)
        last = bisect_right(self.starts, due.starts_at + _NEAR)
        near = self.free[first:last]
        near.sort(key=lambda slot: (abs(slot.starts_at - due.starts_at), slot.starts_at))
        return list(islice((slot for slot in near if self._suits(slot, due)), _MOST_ALTERNATIVES))

    def _suits(self, slot: Slot, due: Due) -> bool:
        """Clear of the series' other dates, and within what the date is bound by."""
        horizon = self.now + timedelta(days=self.terms.service.horizon_days)
        if self._is_bound(due) and slot.starts_at > horizon:
            return False
        apart, others = self.terms.taken, (one for one in self.wanted if one.date != due.date)
        return all(abs(one.starts_at - slot.starts_at) >= apart for one in others)


def _gives_way(due: Due, other: Due) -> bool:
    return (due.moved, due.date) > (other.moved, other.date)


def _look(session: Session, wanted: Sequence[Due], terms: Terms, now: datetime) -> _Ground:
    starts = [due.starts_at for due in wanted]
    span = min(starts) - _AROUND, max(starts) + _AROUND
    who, days = [terms.practitioner_id], (span[0].astimezone(UTC).date(), span[1].astimezone(UTC).date())
    free = openings(
        session,
        terms.service,
        who,
        *days,
        _UTC,
        now=now,
        member_id=terms.member_id,
        ignoring=terms.ignoring,
        repeats=True,
    )
    return _Ground(
        terms,
        now,
        wanted,
        free,
        _fitting(terms.service, terms.hours, span),
        _taken(session, terms, span, now, imported=False),
        _taken(session, terms, span, now, imported=True),
        _sessions(session, terms, span, now),
    )


def _fitting(service: Service, hours: Hours, span: Interval) -> frozenset[datetime]:
    """Every start within the span that the hours allow, whatever is booked."""
    days = span[0].astimezone(UTC).date() - 2 * _DAY, span[1].astimezone(UTC).date() + _DAY
    cut = cut_slots(
        open_intervals(hours.windows, hours.overrides, hours.zone, *days),
        [],
        length=timedelta(minutes=service.minutes),
        gap=timedelta(minutes=service.gap_minutes),
        step=timedelta(minutes=service.step_minutes),
        earliest=span[0],
        latest=span[1],
    )
    return frozenset(start for start, _end in cut)


def _taken(
    session: Session, terms: Terms, span: Interval, now: datetime, *, imported: bool
) -> list[Interval]:
    """What an override meets: all that takes time, or without `imported` only what cannot be set aside."""
    if not terms.override:
        return []
    who = [terms.practitioner_id]
    found = busy(session, who, terms.member_id, span, now=now, ignoring=terms.ignoring, imported=imported)
    theirs = [*found.get(terms.practitioner_id, ()), *found.get(terms.member_id, ())]
    return [*theirs, *hosted_time(session, who, span).get(terms.practitioner_id, ())]


def _sessions(session: Session, terms: Terms, span: Interval, now: datetime) -> list[datetime]:
    """What counts towards the limits, if there are any."""
    limits = terms.hours.limits
    if limits.daily is None and limits.weekly is None:
        return []
    who = [terms.practitioner_id]
    starts = session_starts(session, who, span, now=now, ignoring=terms.ignoring)
    return starts.get(terms.practitioner_id, [])
