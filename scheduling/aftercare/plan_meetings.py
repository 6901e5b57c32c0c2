"""The meetings that a plan names, and those there are to choose from when it is made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.aftercare.arrangement import read_arrangement
from scheduling.aftercare.plan_records import CarePlan
from scheduling.group_dates import find_group, groups_of
from scheduling.group_refusals import UnknownGroup
from scheduling.meeting_records import Meeting
from scheduling.occurrences import upcoming
from scheduling.series_dates import regular_start
from scheduling.series_records import Series
from scheduling.services import service_of

_WEEKS_AHEAD = timedelta(weeks=2)
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Weekly:
    """Something that comes every week, and when it comes next."""

    id: str
    title: str
    next_at: datetime
    slug: str = ""


def meetings_of(session: Session, plan: CarePlan) -> list[Meeting]:
    """The weekly meetings that were chosen, by title; what is no longer held is left out."""
    chosen = read_arrangement(plan.arrangement).meetings
    return list(session.scalars(select(Meeting).where(Meeting.id.in_(chosen)).order_by(Meeting.title)))


def groups_in(session: Session, plan: CarePlan) -> list[Series]:
    """The groups with seats that were chosen and still meet."""
    found = []
    for series_id in read_arrangement(plan.arrangement).groups:
        try:
            found.append(find_group(session, series_id))
        except UnknownGroup:
            continue
    return found


def meetings_ahead(session: Session, *, now: datetime) -> list[Weekly]:
    """Every meeting with a date within two weeks, the next one first."""
    first: dict[str, Weekly] = {}
    for one in upcoming(session, start=now, end=now + _WEEKS_AHEAD):
        if not one.cancelled and one.starts_at >= now:
            first.setdefault(one.meeting_id, Weekly(one.meeting_id, one.title, one.starts_at, one.slug))
    return list(first.values())


def groups_ahead(session: Session, *, now: datetime) -> list[Weekly]:
    """Every weekly group with seats, by weekday and time."""
    found = groups_of(session, today=now.date())
    return [Weekly(one.id, _title(session, one), _next(one, now)) for one in found]


def _title(session: Session, series: Series) -> str:
    return series.title or service_of(session, series.service_id).name


def _next(series: Series, now: datetime) -> datetime:
    """By the rule: a date that was cancelled or moved by itself is told on the group's own page."""
    days = max(0, (now.date() - series.first_date).days)
    day = series.first_date + _WEEK * (days // 7)
    while regular_start(series, day) < now:
        day += _WEEK
    return regular_start(series, day)
