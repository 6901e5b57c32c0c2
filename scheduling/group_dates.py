"""The dates of a weekly group as rows: twelve weeks ahead, further with every sweep."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import find_person
from scheduling.conflicts import lock_time
from scheduling.group_records import GroupOccurrence, Membership
from scheduling.group_refusals import UnknownGroup
from scheduling.group_seating import seat_member
from scheduling.occupancy import busy, delete_expired
from scheduling.recurrence import first_due, is_occurrence
from scheduling.seats import open_session
from scheduling.series_dates import regular_start
from scheduling.series_records import Series
from scheduling.services import offers, service_of

AHEAD = timedelta(weeks=12)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Missing:
    """A date of the rule on which the group cannot meet: the practitioner has something else then."""

    date: date
    starts_at: datetime


def find_group(session: Session, series_id: str) -> Series:
    """Raises UnknownGroup."""
    found = session.get(Series, series_id)
    if found is None or found.member_id is not None:
        raise UnknownGroup
    return found


def groups_of(session: Session, practitioner_id: str | None = None, *, today: date) -> list[Series]:
    """The weekly groups that still meet, all or one practitioner's, by weekday and time."""
    running = Series.until_date.is_(None) | (Series.until_date >= today)
    found = select(Series).where(Series.member_id.is_(None), running)
    if practitioner_id is not None:
        found = found.where(Series.practitioner_id == practitioner_id)
    return list(session.scalars(found.order_by(Series.weekday, Series.minute_of_day, Series.id)))


def dates_of(session: Session, series_id: str, *, after: datetime) -> list[GroupOccurrence]:
    """Its dates that start after `after`, cancelled ones too, by time; read again, whatever was known."""
    coming = GroupOccurrence.series_id == series_id, GroupOccurrence.starts_at > after
    rows = select(GroupOccurrence).where(*coming).order_by(GroupOccurrence.starts_at)
    return list(session.scalars(rows, execution_options={"populate_existing": True}))


def missing_dates(session: Session, series: Series, *, now: datetime) -> list[Missing]:
    """The dates of the coming weeks that could not be put into the practitioner's time."""
    return [Missing(day, regular_start(series, day)) for day in _wanting(session, series, now)]


def why_it_stands_still(session: Session, series: Series) -> Literal["left", "retired", "not_given", ""]:
    """Why it gets no new dates, if it does not; those that are there stay until somebody ends it."""
    if find_person(session, series.practitioner_id).departed_at is not None:
        return "left"
    if not service_of(session, series.service_id).active:
        return "retired"
    return "" if offers(session, series.service_id, series.practitioner_id) else "not_given"


def due_dates(series: Series, first: date, last: date) -> list[date]:
    """The original local dates from `first` to `last`, both included."""
    day = max(first_due(series.rule), first)
    days = [day + _DAY * number for number in range(max(0, (last - day).days + 1))]
    return [one for one in days if is_occurrence(series.rule, one)]


def materialise(session: Session, series: Series, *, now: datetime) -> int:
    """Make rows of the coming dates, and seat the members first. Returns how many are new.

    The caller holds the time of the practitioner and of every member (`people_of`).
    """
    made = [one for day in _wanting(session, series, now) if (one := _make(session, series, day, now))]
    for occurrence in made:
        for membership in members_on(session, series.id, occurrence.series_date or now.date()):
            seat_member(session, occurrence, membership.member_id, by=membership.added_by, now=now)
    return len(made)


def extend_groups(session: Session, *, now: datetime) -> int:
    """The worker's sweep: whatever is due within twelve weeks and is no row yet. Returns how many dates."""
    running = groups_of(session, today=now.date() - _DAY)
    short = [one for one in running if _wanting(session, one, now)]
    lock_time(session, *{person for one in short for person in people_of(session, one)})
    return sum(materialise(session, one, now=now) for one in short)


def people_of(session: Session, series: Series) -> set[str]:
    """The practitioner, and everybody who belongs to the group or ever did."""
    members = select(Membership.member_id).where(Membership.series_id == series.id)
    return {series.practitioner_id, *session.scalars(members)}


def members_on(session: Session, series_id: str, day: date) -> list[Membership]:
    """Who belongs to the group on that local date, the longest first."""
    until = Membership.until_date.is_(None) | (Membership.until_date >= day)
    rows = select(Membership).where(Membership.series_id == series_id, Membership.from_date <= day, until)
    return list(session.scalars(rows.order_by(Membership.created_at, Membership.id)))


def _wanting(session: Session, series: Series, now: datetime) -> list[date]:
    if why_it_stands_still(session, series):
        return []
    known = set(
        session.scalars(select(GroupOccurrence.series_date).where(GroupOccurrence.series_id == series.id))
    )
    first, last = now.astimezone(UTC).date() - _DAY, (now + AHEAD).astimezone(UTC).date()
    due: Iterable[date] = due_dates(series, first, last)
    return [day for day in due if day not in known and regular_start(series, day) > now]


def _make(session: Session, series: Series, day: date, now: datetime) -> GroupOccurrence | None:
    """None when the practitioner has something else then; imported busy time does not count."""
    service = service_of(session, series.service_id)
    starts_at = regular_start(series, day)
    ends_at = starts_at + timedelta(minutes=series.minutes)
    until = ends_at + timedelta(minutes=service.gap_minutes)
    delete_expired(session, series.practitioner_id, now=now)
    if busy(session, [series.practitioner_id], None, (starts_at, until), now=now, imported=False):
        return None
    occurrence = GroupOccurrence(
        service_id=series.service_id,
        practitioner_id=series.practitioner_id,
        series_id=series.id,
        series_date=day,
        starts_at=starts_at,
        ends_at=ends_at,
        capacity=series.capacity or service.seats,
        changed_at=now,
    )
    return open_session(session, occurrence, until=until)
