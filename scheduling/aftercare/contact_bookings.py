"""The appointments that a plan makes at once: looked at together, date by date, before any is booked.

The dates go through the checks of a series (series_check), so that what is in the way is named in the same
words, with the same alternatives, as anywhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from scheduling.aftercare.arrangement import LEAVE_OUT, Arrangement
from scheduling.aftercare.contact_schedule import ContactLine, DueContact
from scheduling.hours import load_hours
from scheduling.openings import Slot, openings
from scheduling.recurrence import lenient_local
from scheduling.refusals import SlotTaken
from scheduling.series_check import PlannedDate, Terms, check
from scheduling.series_orders import Due, due_on
from scheduling.series_refusals import DateConflict
from scheduling.services import service_of

_DAY = timedelta(days=1)
_NEAR = timedelta(days=7)
_MOST_ALTERNATIVES = 4


@dataclass(frozen=True)
class Whom:
    """Who meets whom, and in which zone the plan's days are."""

    practitioner_id: str
    member_id: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Proposal:
    """One appointment to be made for `due`; `planned.date` is its local date with the practitioner.

    `options` are other free times for a session that stands by itself, one a day.
    """

    due: DueContact
    service_id: str
    planned: PlannedDate
    taken_until: datetime
    options: tuple[Slot, ...] = ()

    @property
    def wanted(self) -> bool:
        return self.planned.wanted

    @property
    def key(self) -> tuple[int, date]:
        return self.due.line, self.planned.date


def propose(
    session: Session,
    whom: Whom,
    lines: Sequence[ContactLine],
    dues: Sequence[DueContact],
    chosen: Arrangement,
    *,
    now: datetime,
) -> list[Proposal]:
    """Every appointment as it would be, by time; nothing is written. Raises NotASlot, UnknownService.

    What repeats has its time first; single sessions then find theirs around it.
    """
    found: list[Proposal] = []
    for number, line in sorted(enumerate(lines), key=lambda pair: not pair[1].repeats):
        wanted = [one for one in dues if one.line == number and one.kind == line.kind]
        service_id = chosen.service_for(line.kind)
        if line.booked and wanted and service_id:
            ground = _Ground(session, whom, service_id, chosen, now, tuple(found))
            found += ground.repeated(number, wanted) if line.repeats else ground.single(wanted[0])
    return sorted(found, key=lambda one: one.planned.starts_at)


def series_dates(dues: Sequence[DueContact], weekday: int) -> list[date]:
    """The local date of each: the usual weekday, on or after the day on which it is due."""
    return [one.due_from + _DAY * ((weekday - one.due_from.weekday()) % 7) for one in dues]


@dataclass
class _Ground:
    """What all appointments of one line have in common; `taken` are those that the plan proposes already."""

    session: Session
    whom: Whom
    service_id: str
    chosen: Arrangement
    now: datetime
    taken: tuple[Proposal, ...]

    def repeated(self, line: int, dues: Sequence[DueContact]) -> list[Proposal]:
        days = series_dates(dues, self.chosen.weekday)
        skip, moved = self._choices(line, days)
        wanted = [due_on(day, day, self.chosen.minute, self._zone, skip, moved) for day in days]
        return self._judged(dues, wanted)

    def single(self, due: DueContact) -> list[Proposal]:
        day = due.due_from
        skip, moved = self._choices(due.line, [day])
        options = self._options(due)
        at = moved.get(day) or self._usual(due, options)
        judged = self._judged([due], [Due(day, at, moved=day in moved, left_out=day in skip)])
        return [replace(one, options=options) for one in judged]

    @cached_property
    def _terms(self) -> Terms:
        hours = load_hours(self.session, self.whom.practitioner_id)
        service = service_of(self.session, self.service_id)
        return Terms(service, self.whom.practitioner_id, self.whom.member_id, hours, binding=False)

    @property
    def _zone(self) -> ZoneInfo:
        return self._terms.hours.zone

    def _judged(self, dues: Sequence[DueContact], wanted: Sequence[Due]) -> list[Proposal]:
        judged = check(self.session, wanted, self._terms, now=self.now)
        made = [
            Proposal(due, self.service_id, planned, planned.starts_at + self._terms.taken)
            for due, planned in zip(dues, judged, strict=True)
        ]
        return [self._apart(one) for one in made]

    def _apart(self, one: Proposal) -> Proposal:
        """What meets another appointment of the same plan gives way to it, and is offered no such time."""
        planned = one.planned
        conflict = planned.conflict
        if one.wanted and self._is_taken(planned.starts_at):
            conflict = DateConflict(planned.date, SlotTaken.code, self._near(planned.starts_at))
        if conflict is None:
            return one
        clear = [slot for slot in conflict.alternatives if not self._is_taken(slot.starts_at)]
        return replace(one, planned=replace(planned, conflict=replace(conflict, alternatives=clear)))

    def _is_taken(self, at: datetime) -> bool:
        end = at + self._terms.taken
        return any(one.wanted and one.planned.starts_at < end and at < one.taken_until for one in self.taken)

    def _choices(self, line: int, days: Sequence[date]) -> tuple[frozenset[date], Mapping[date, datetime]]:
        mine = {day: choice for (number, day), choice in self.chosen.choices.items() if number == line}
        skip = frozenset(day for day in days if mine.get(day) == LEAVE_OUT)
        return skip, {day: at for day, at in mine.items() if day in days and isinstance(at, datetime)}

    def _usual(self, due: DueContact, options: Sequence[Slot]) -> datetime:
        """The free time within its days that is nearest to the usual time of day; else the last day's."""
        if not options:
            return lenient_local(due.due_by, self.chosen.minute, self._zone)
        return min(options, key=lambda slot: (self._minutes_off(slot), slot.starts_at)).starts_at

    def _options(self, due: DueContact) -> tuple[Slot, ...]:
        """On each of its days the free time that is nearest to the usual one."""
        best: dict[date, Slot] = {}
        for slot in sorted(self._free(due.due_from, due.due_by), key=self._minutes_off):
            best.setdefault(slot.starts_at.astimezone(self._zone).date(), slot)
        return tuple(sorted(best.values(), key=lambda slot: slot.starts_at))

    def _near(self, at: datetime) -> list[Slot]:
        day = at.astimezone(self.whom.zone).date()
        free = self._free(day - _NEAR, day + _NEAR)
        return sorted(free, key=lambda slot: (abs(slot.starts_at - at), slot.starts_at))[:_MOST_ALTERNATIVES]

    def _free(self, first: date, last: date) -> list[Slot]:
        who, service = [self.whom.practitioner_id], self._terms.service
        asked = {"now": self.now, "member_id": self.whom.member_id, "repeats": True}
        found = openings(self.session, service, who, first, last, self.whom.zone, **asked)  # type: ignore[arg-type]
        return [slot for slot in found if not self._is_taken(slot.starts_at)]

    def _minutes_off(self, slot: Slot) -> int:
        local = slot.starts_at.astimezone(self._zone)
        return abs(local.hour * 60 + local.minute - self.chosen.minute)
