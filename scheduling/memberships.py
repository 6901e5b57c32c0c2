"""Belonging to a weekly group: every date from one on, or single ones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import find_person
from foundation import audit
from scheduling.appointment_records import Appointment
from scheduling.conflicts import lock_time
from scheduling.group_dates import dates_of, find_group, members_on
from scheduling.group_news import JOINED, LEFT, tell_members
from scheduling.group_records import GroupOccurrence, Membership
from scheduling.group_refusals import AlreadyIn, DateIsOff, NotIn
from scheduling.group_seating import give_up, is_seated, objection, seat_member, seats_of
from scheduling.occupancy import delete_expired
from scheduling.offers import offer_membership, pass_on
from scheduling.refusals import OutsideNotice
from scheduling.series_records import Series
from scheduling.series_refusals import DateConflict, SeriesConflict

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PlannedSeat:
    """One date as joining would find it; `conflict` is the code of what stands in the way."""

    occurrence: GroupOccurrence
    seated: bool
    conflict: str | None

    @property
    def date(self) -> date:
        return self.occurrence.series_date or self.occurrence.starts_at.date()


def plan_join(
    session: Session,
    series_id: str,
    member_id: str,
    *,
    from_date: date,
    until_date: date | None = None,
    by: str | None = None,
    now: datetime,
) -> list[PlannedSeat]:
    """Every date ahead that the member would come to, and what stands in the way of each.

    A member is bound by the service's notice; whoever works here is not. Raises UnknownGroup.
    """
    series = find_group(session, series_id)
    found = []
    for one in dates_of(session, series.id, after=now):
        if one.status == "active" and _within(one.series_date, from_date, until_date):
            found.append(_plan(session, one, member_id, bound=by in {None, member_id}, now=now))
    return found


def join_group(
    session: Session,
    series_id: str,
    member_id: str,
    *,
    from_date: date,
    until_date: date | None = None,
    skip: Collection[date] = frozenset(),
    on_conflict: Literal["fail", "skip"] = "fail",
    by: str,
    now: datetime,
) -> Membership:
    """Come to every date from one on, but those of `skip`; all of them are checked before any is taken.

    Raises UnknownGroup, UnknownPerson, AlreadyIn, DateIsOff when none is left, and SeriesConflict with
    exactly the dates that stand in the way; with `on_conflict` "skip", these are left out.
    """
    series = find_group(session, series_id)
    find_person(session, member_id)
    lock_time(session, series.practitioner_id, member_id)
    if membership_of(session, series.id, member_id, now=now):
        raise AlreadyIn
    pass_on(session, now=now, practitioner_ids=[series.practitioner_id])
    delete_expired(session, series.practitioner_id, member_id, now=now)
    terms = {"from_date": from_date, "until_date": until_date, "by": by, "now": now}
    planned = [one for one in plan_join(session, series.id, member_id, **terms) if one.date not in skip]  # type: ignore[arg-type]
    conflicts = [DateConflict(one.date, one.conflict) for one in planned if one.conflict]
    if conflicts and on_conflict == "fail":
        raise SeriesConflict(conflicts)
    wanted = [one for one in planned if not one.conflict]
    if not wanted:
        raise DateIsOff("No date is left to come to. Choose an earlier start, or wait for a seat.")
    membership = _add(session, series.id, member_id, wanted[0].date, until_date, by, now)
    for one in wanted:
        seat_member(session, one.occurrence, member_id, by=by, now=now)
    tell_members(session, series, JOINED, [member_id], from_date=wanted[0].date, now=now)
    _record(session, "group.join", membership, by, now)
    return membership


def leave_group(
    session: Session, series_id: str, member_id: str, *, from_date: date | None = None, by: str, now: datetime
) -> Membership:
    """Come no more from that local date on, or from now; the seats go to who waits. Raises NotIn."""
    series = find_group(session, series_id)
    lock_time(session, series.practitioner_id, member_id)
    membership = membership_of(session, series.id, member_id, now=now)
    if membership is None:
        raise NotIn
    last_day = from_date or _today(series, now)
    freed = [
        give_up(session, one, by=by, now=now)
        for one in seats_of(session, series.id, member_id, after=now)
        if from_date is None or _date_of(session, one) >= last_day
    ]
    ends = max(last_day - _DAY, membership.from_date)
    membership.until_date = min(membership.until_date or ends, ends)
    if membership.from_date >= last_day:
        session.delete(membership)
    session.flush()
    tell_members(session, series, LEFT, [member_id], from_date=last_day, now=now)
    offer_membership(session, series.id, freed, now=now)
    _record(session, "group.leave", membership, by, now)
    return membership


def membership_of(session: Session, series_id: str, member_id: str, *, now: datetime) -> Membership | None:
    """Their membership that has not ended."""
    today = _today(find_group(session, series_id), now)
    running = Membership.until_date.is_(None) | (Membership.until_date >= today)
    theirs = Membership.series_id == series_id, Membership.member_id == member_id
    return session.scalars(select(Membership).where(*theirs, running)).first()


def _today(series: Series, now: datetime) -> date:
    """By the group's own clock."""
    return now.astimezone(ZoneInfo(series.timezone)).date()


def without_a_seat(session: Session, series_id: str, *, now: datetime) -> list[tuple[GroupOccurrence, str]]:
    """The dates ahead on which somebody who belongs to the group has no seat: left out, or busy then."""
    return [
        (one, membership.member_id)
        for one in dates_of(session, series_id, after=now)
        if one.status == "active" and one.series_date is not None
        for membership in members_on(session, series_id, one.series_date)
        if not is_seated(session, one, membership.member_id)
    ]


def _plan(
    session: Session, one: GroupOccurrence, member_id: str, *, bound: bool, now: datetime
) -> PlannedSeat:
    seated = is_seated(session, one, member_id)
    soonest = now + timedelta(minutes=one.service.notice_minutes)
    code = objection(session, one, member_id, now=now)
    if code is None and not seated and bound and one.starts_at < soonest:
        code = OutsideNotice.code
    return PlannedSeat(one, seated, code)


def _within(day: date | None, first: date, last: date | None) -> bool:
    return day is not None and day >= first and (last is None or day <= last)


def _date_of(session: Session, appointment: Appointment) -> date:
    there = session.get_one(GroupOccurrence, appointment.occurrence_id)
    return there.series_date or there.starts_at.date()


def _add(
    session: Session,
    series_id: str,
    member_id: str,
    first: date,
    until_date: date | None,
    by: str,
    now: datetime,
) -> Membership:
    membership = Membership(
        series_id=series_id,
        member_id=member_id,
        from_date=first,
        until_date=until_date,
        added_by=by,
        created_at=now,
    )
    session.add(membership)
    session.flush()
    return membership


def _record(session: Session, action: str, membership: Membership, by: str, now: datetime) -> None:
    """The trail says who joined what; mails and pages of others never do."""
    detail = {"member": membership.member_id}
    series_id = membership.series_id
    audit.record(session, actor=by, action=action, kind="group", object_id=series_id, now=now, detail=detail)
