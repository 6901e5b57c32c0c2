"""What happened month by month, counted in the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, cast, distinct, extract, func, select
from sqlalchemy.orm import Session

from foundation.timewords import local_date
from foundation.zones import find_zone
from scheduling.aftercare.plan_records import CarePlan, ContactState, PlannedContact, PlanStatus
from scheduling.appointment_records import HAPPENED, Appointment, Status
from scheduling.attendance_journal import CAME
from scheduling.group_records import GroupOccurrence
from scheduling.journal_records import MeetingAttendance
from scheduling.reports.hiding import Rate
from scheduling.reports.months import Month, by_day, by_instant, within, within_days

_DAY = timedelta(days=1)
_TENTH_SECONDS = 8640
_COUNTS_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Visits:
    """At meetings: how often somebody came, and how many different people."""

    visits: int = 0
    people: int = 0


@dataclass(frozen=True)
class Waits:
    """Between booking a session and having it: the days that half, and nine in ten, waited at most."""

    sessions: int = 0
    people: int = 0
    half: float = 0
    most: float = 0


def visits(session: Session, months: Sequence[Month]) -> list[Visits]:
    month = by_instant(MeetingAttendance.starts_at, months).label("month")
    rows = (
        select(month, func.count(), func.count(distinct(MeetingAttendance.person_id)))
        .where(MeetingAttendance.came, within(MeetingAttendance.starts_at, months))
        .group_by(month)
    )
    found = {n: Visits(came, people) for n, came, people in session.execute(rows)}
    return [found.get(n, Visits()) for n in range(len(months))]


def missed(session: Session, months: Sequence[Month]) -> list[Rate]:
    """Sessions and seats that were missed, of all that took place or were to."""
    month = by_instant(Appointment.starts_at, months).label("month")
    is_missed = (Appointment.status == Status.NOSHOW).label("missed")
    rows = (
        select(month, is_missed, func.count(), func.count(distinct(Appointment.member_id)))
        .where(Appointment.status.in_(HAPPENED), within(Appointment.starts_at, months))
        .group_by(month, is_missed)
    )
    return _rates(session.execute(rows), months)


def filled(session: Session, months: Sequence[Month]) -> list[Rate]:
    """Seats taken, of all seats in group sessions. Free ones are nobody."""
    month = by_instant(GroupOccurrence.starts_at, months).label("month")
    rows = (
        select(month, func.sum(GroupOccurrence.taken), func.sum(GroupOccurrence.capacity))
        .where(GroupOccurrence.status == "active", within(GroupOccurrence.starts_at, months))
        .group_by(month)
    )
    found = {n: Rate(int(taken), int(seats), people_out=0) for n, taken, seats in session.execute(rows)}
    return [found.get(n, Rate(0, 0)) for n in range(len(months))]


def waits(session: Session, months: Sequence[Month]) -> list[Waits]:
    """Of sessions that were booked one by one and not called off, by tenths of days."""
    month = by_instant(Appointment.starts_at, months).label("month")
    waited = extract("epoch", Appointment.starts_at) - extract("epoch", Appointment.created_at)
    tenths = cast(waited / _TENTH_SECONDS, Integer).label("tenths")
    single = (
        within(Appointment.starts_at, months),
        Appointment.status.not_in([Status.CANCELLED, Status.PENDING, Status.PROPOSED]),
        Appointment.series_id.is_(None),
        Appointment.occurrence_id.is_(None),
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for n, tenth, count in session.execute(
        select(month, tenths, func.count()).where(*single).group_by(month, tenths).order_by(tenths)
    ):
        found[n][max(0, tenth)] = found[n].get(max(0, tenth), 0) + count
    people = select(month, func.count(distinct(Appointment.member_id))).where(*single).group_by(month)
    known = dict(session.execute(people).all())
    return [_waits(found[n], known.get(n, 0)) for n in range(len(months))]


def followed_up(session: Session, months: Sequence[Month], days: int, *, now: datetime) -> list[Rate]:
    """Plans begun in a month whose member had a session with somebody of the team within so many days.

    A plan counts once thirty days are over in its own zone, so that the figures of a week and of a month
    are of the same people. Groups, meetings and calls are no follow-up here.
    """
    begun = CarePlan.status != PlanStatus.DRAFT, within_days(CarePlan.starts_on, months)
    plans = session.execute(
        select(CarePlan.member_id, CarePlan.starts_on, CarePlan.timezone).where(*begun)
    ).all()
    met = _met(session, months) if plans else {}
    told = [[0, 0] for _ in months]
    for member_id, starts_on, timezone in plans:
        zone, last = find_zone(timezone), starts_on + days * _DAY
        if starts_on + _COUNTS_AFTER < local_date(now, zone):
            counted = told[_place(starts_on, months)]
            counted[0] += any(starts_on <= local_date(at, zone) <= last for at in met.get(member_id, ()))
            counted[1] += 1
    return [Rate(*one) for one in told]


def completed(session: Session, months: Sequence[Month]) -> list[Rate]:
    """Planned contacts that were made, of all that were due and not dropped."""
    month = by_day(PlannedContact.due_by, months).label("month")
    is_done = (PlannedContact.state == ContactState.DONE).label("done")
    rows = (
        select(month, is_done, func.count(), func.count(distinct(PlannedContact.member_id)))
        .where(PlannedContact.state != ContactState.DROPPED, within_days(PlannedContact.due_by, months))
        .group_by(month, is_done)
    )
    return _rates(session.execute(rows), months)


def _rates(rows: Iterable[Any], months: Sequence[Month]) -> list[Rate]:
    """From rows of a month, whether it is the part or the rest, how many, and of how many people."""
    found = {(n, bool(inside)): (count, people) for n, inside, count, people in rows}
    return [_rate(found.get((n, True), (0, 0)), found.get((n, False), (0, 0))) for n in range(len(months))]


def _rate(part: tuple[int, int], rest: tuple[int, int]) -> Rate:
    return Rate(part[0], part[0] + rest[0], part[1], rest[1])


def _met(session: Session, months: Sequence[Month]) -> dict[str, list[datetime]]:
    rows = select(Appointment.member_id, Appointment.starts_at).where(
        Appointment.status.in_(CAME),
        Appointment.occurrence_id.is_(None),
        Appointment.starts_at >= months[0].starts_at - _DAY,
        Appointment.member_id.in_(select(CarePlan.member_id)),
    )
    found: dict[str, list[datetime]] = defaultdict(list)
    for member_id, starts_at in session.execute(rows):
        found[member_id].append(starts_at)
    return found


def _waits(tenths: Mapping[int, int], people: int) -> Waits:
    """Ranked from the shortest; `tenths` counts sessions by tenths of days, in their order."""
    sessions = sum(tenths.values())
    return Waits(sessions, people, _within_days(tenths, sessions / 2), _within_days(tenths, sessions * 0.9))


def _within_days(tenths: Mapping[int, int], enough: float) -> float:
    """The days within which so many sessions were had."""
    reached = 0
    for tenth, count in tenths.items():
        reached += count
        if reached >= enough:
            return tenth / 10
    return 0.0


def _place(day: date, months: Sequence[Month]) -> int:
    return next(n for n, one in enumerate(months) if day < one.next)
