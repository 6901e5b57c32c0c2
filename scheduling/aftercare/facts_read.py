"""Gathering what is known about many members at once: a few statements for each few hundred of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from auth.people import Person
from safety.flags import Flag
from scheduling.aftercare.checkup_records import Checkup, Outcome
from scheduling.aftercare.concern_records import Concern
from scheduling.aftercare.concerns import ASKED
from scheduling.aftercare.facts import Facts, Reading
from scheduling.aftercare.measures.measure import CHECK_IN
from scheduling.aftercare.measures.responses import scores_of
from scheduling.aftercare.plan_records import CarePlan, ContactKind, ContactState, PlannedContact, PlanStatus
from scheduling.aftercare.step_records import Step, StepState
from scheduling.appointment_records import Appointment, Status
from scheduling.attendance_journal import attended
from scheduling.listening import APPOINTMENT, MEMBER

REMEMBERED = timedelta(days=182)
"""What lies further back says nothing about today."""
_FALSE_ALARM = "false_alarm"
_CAME = frozenset({Status.ARRIVED, Status.FULFILLED})


@dataclass(frozen=True)
class Followed:
    """A member with a running plan, as far as rules need to know."""

    plan_id: str
    member_id: str
    practitioner_id: str
    timezone: str
    began: date
    level: int

    def today(self, now: datetime) -> date:
        """The plan's local day."""
        return now.astimezone(ZoneInfo(self.timezone)).date()


@dataclass
class _Days:
    """Days of one member while they are gathered, in no order."""

    unkept: set[date] = field(default_factory=set)
    kept: set[date] = field(default_factory=set)
    unsent: set[date] = field(default_factory=set)
    signs: set[date] = field(default_factory=set)
    meetings: list[date] = field(default_factory=list)
    alarms: set[date] = field(default_factory=set)
    readings: dict[str, list[Reading]] = field(default_factory=dict)
    stepped_on: date | None = None
    concerned_on: date | None = None


def followed(session: Session, *which: object, after: str = "", limit: int | None = None) -> list[Followed]:
    """Members present with a running plan, by id; `which` are conditions on CarePlan."""
    columns = (
        CarePlan.id, CarePlan.member_id, CarePlan.practitioner_id, CarePlan.timezone, CarePlan.starts_on,
        CarePlan.level,
    )  # fmt: skip
    rows = session.execute(_followed(columns, which, after).limit(limit))
    return [Followed(*row) for row in rows]


def next_followed(session: Session, *which: object, after: str) -> tuple[str, str] | None:
    """The first of the same by plan and member, and nothing else of them: perhaps it cannot be read."""
    row = session.execute(_followed((CarePlan.id, CarePlan.member_id), which, after).limit(1)).first()
    return None if row is None else (row[0], row[1])


def _followed(columns: tuple[Any, ...], which: tuple[Any, ...], after: str) -> Select[Any]:
    running = CarePlan.status == PlanStatus.ACTIVE, CarePlan.member_id > after, Person.departed_at.is_(None)
    rows = select(*columns).join(Person, Person.id == CarePlan.member_id)
    return rows.where(*running, *which).order_by(CarePlan.member_id)


def read_facts(
    session: Session, members: Sequence[Followed], measures: Collection[str], *, now: datetime
) -> dict[str, Facts]:
    """What is known about each by their id. At most a few hundred at once; `measures` by their codes."""
    gathering = _Gathering(session, members, now)
    gathering.read(measures)
    return {one.member_id: gathering.facts(one) for one in members}


class _Gathering:
    """The days of some members, filled by one statement after the other."""

    def __init__(self, session: Session, members: Sequence[Followed], now: datetime) -> None:
        self.session, self.now, self.since = session, now, now - REMEMBERED
        self.ids = [one.member_id for one in members]
        self.zones = {one.member_id: ZoneInfo(one.timezone) for one in members}
        self.days: Mapping[str, _Days] = defaultdict(_Days)

    def read(self, measures: Collection[str]) -> None:
        self._appointments()
        self._own_changes()
        self._checkups()
        self._forms()
        self._scores(frozenset(measures) | {CHECK_IN})
        self._meetings()
        self._alarms()
        self._steps()
        self._concerns()

    def facts(self, one: Followed) -> Facts:
        days = self.days[one.member_id]
        sent = [reading.on for reading in days.readings.get(CHECK_IN, [])]
        signs = [*days.signs, *days.kept, *days.meetings, *(r[-1].on for r in days.readings.values())]
        return Facts(
            today=one.today(self.now), began=one.began, level=one.level,
            unkept=sorted(days.unkept), kept=sorted(days.kept), unsent=sorted(days.unsent), sent=sent,
            last_sign=max(signs, default=None), meetings=sorted(days.meetings), alarms=sorted(days.alarms),
            readings=days.readings, stepped_on=days.stepped_on, concerned_on=days.concerned_on,
        )  # fmt: skip

    def _day(self, member_id: str, at: datetime) -> date:
        return at.astimezone(self.zones[member_id]).date()

    def _appointments(self) -> None:
        """Kept and missed ones; a seat in a group counts as a meeting."""
        columns = Appointment.member_id, Appointment.starts_at, Appointment.status
        these = (
            Appointment.member_id.in_(self.ids), Appointment.occurrence_id.is_(None),
            Appointment.status.in_([*_CAME, Status.NOSHOW]),
            Appointment.starts_at >= self.since, Appointment.starts_at <= self.now,
        )  # fmt: skip
        for member_id, at, status in self.session.execute(select(*columns).where(*these)):
            days = self.days[member_id]
            (days.kept if status in _CAME else days.unkept).add(self._day(member_id, at))

    def _own_changes(self) -> None:
        """Whoever books or cancels by themselves is in touch."""
        for who, when in (
            (Appointment.booked_by, Appointment.created_at),
            (Appointment.cancelled_by, Appointment.changed_at),
        ):
            rows = select(Appointment.member_id, when).where(
                Appointment.member_id.in_(self.ids), who == Appointment.member_id, when >= self.since
            )
            for member_id, at in self.session.execute(rows):
                self.days[member_id].signs.add(self._day(member_id, at))

    def _checkups(self) -> None:
        rows = select(Checkup.member_id, Checkup.at, Checkup.outcome).where(
            Checkup.member_id.in_(self.ids), Checkup.at >= self.since, Checkup.taken_back_at.is_(None)
        )
        for member_id, at, outcome in self.session.execute(rows):
            days, day = self.days[member_id], self._day(member_id, at)
            if outcome == Outcome.LEFT_WORD:
                days.unkept.add(day)
            elif outcome == Outcome.REACHED:
                days.kept.add(day)
            elif outcome == Outcome.DECLINED:
                days.signs.add(day)

    def _forms(self) -> None:
        """Check-ins that were not sent; those that were are among the scores."""
        rows = select(PlannedContact.member_id, PlannedContact.due_by).where(
            PlannedContact.member_id.in_(self.ids),
            PlannedContact.state == ContactState.MISSED,
            PlannedContact.kind == ContactKind.CHECK_IN,
            PlannedContact.due_by >= self.since.date(),
        )
        for member_id, due_by in self.session.execute(rows):
            self.days[member_id].unsent.add(due_by)

    def _scores(self, codes: Collection[str]) -> None:
        for (member_id, code), scores in scores_of(self.session, self.ids, codes, since=self.since).items():
            self.days[member_id].readings[code] = [
                Reading(self._day(member_id, one.at), one.value, one.level) for one in scores
            ]

    def _meetings(self) -> None:
        for member_id, times in attended(self.session, self.ids, since=self.since).items():
            self.days[member_id].meetings = [self._day(member_id, at) for at in times]

    def _alarms(self) -> None:
        """What called somebody out. Not out of a meeting's room: who somebody is there stays in there."""
        rows = select(Flag.person_id, Flag.raised_at, Flag.outcome).where(
            Flag.person_id.in_(self.ids),
            Flag.raised_at >= self.since,
            or_(Flag.place.startswith(MEMBER), Flag.place.startswith(APPOINTMENT)),
        )
        for member_id, at, outcome in self.session.execute(rows):
            if member_id is not None and outcome != _FALSE_ALARM:
                self.days[member_id].alarms.add(self._day(member_id, at))

    def _steps(self) -> None:
        rows = select(Step.member_id, Step.decided_at).where(
            Step.member_id.in_(self.ids), Step.state == StepState.ACCEPTED
        )
        for member_id, at in self.session.execute(rows):
            if at is not None:
                days, day = self.days[member_id], self._day(member_id, at)
                days.stepped_on = max(days.stepped_on or day, day)

    def _concerns(self) -> None:
        """While a concern stands, every day is one. Who asks to be rung is in touch, and no less steady."""
        columns = Concern.member_id, Concern.rule, Concern.raised_at, Concern.ended_at
        rows = select(*columns).where(
            Concern.member_id.in_(self.ids), or_(Concern.ended_at.is_(None), Concern.ended_at >= self.since)
        )
        for member_id, rule, raised_at, ended_at in self.session.execute(rows):
            days, day = self.days[member_id], self._day(member_id, ended_at or self.now)
            if rule == ASKED:
                days.signs.add(self._day(member_id, raised_at))
            else:
                days.concerned_on = max(days.concerned_on or day, day)
