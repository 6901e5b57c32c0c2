"""Taking the times that a plan proposes: a series for what repeats, a booking for what stands by itself."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from scheduling.aftercare.arrangement import read_arrangement
from scheduling.aftercare.contact_bookings import Proposal
from scheduling.aftercare.plan_records import CarePlan
from scheduling.booking import Book, book
from scheduling.hours import load_hours
from scheduling.recurrence import lenient_local
from scheduling.series import book_series, series_appointments
from scheduling.series_orders import BookSeries

ContactKey = tuple[str, str, date]
_WEEK = timedelta(weeks=1)


def take_proposals(
    session: Session, plan: CarePlan, proposals: Sequence[Proposal], *, by: str, now: datetime
) -> dict[ContactKey, str]:
    """The id of the appointment that was booked for each contact. Raises what booking raises."""
    booked: dict[ContactKey, str] = {}
    by_line = sorted(proposals, key=lambda one: (one.due.line, one.planned.date))
    for _line, group in groupby(by_line, key=lambda one: one.due.line):
        line = list(group)
        if not any(one.wanted for one in line):
            continue
        take = _take_series if len(line) > 1 else _take_single
        booked |= take(session, plan, line, by, now)
    return booked


def _take_single(
    session: Session, plan: CarePlan, line: Sequence[Proposal], by: str, now: datetime
) -> dict[ContactKey, str]:
    [one] = line
    people = plan.practitioner_id, plan.member_id
    order = Book(one.service_id, *people, one.planned.starts_at, booked_by=by, is_bound=False)
    return {one.due.key: book(session, order, now=now).id}


def _take_series(
    session: Session, plan: CarePlan, line: Sequence[Proposal], by: str, now: datetime
) -> dict[ContactKey, str]:
    """The proposals of one line are its local dates in order, those left out too."""
    order = BookSeries(
        service_id=line[0].service_id,
        practitioner_id=plan.practitioner_id,
        member_id=plan.member_id,
        starts_at=_regular_start(session, plan, line),
        count=len(line),
        every_weeks=(line[1].planned.date - line[0].planned.date) // _WEEK,
        booked_by=by,
        skip=frozenset(one.planned.date for one in line if one.planned.left_out),
        moved={one.planned.date: one.planned.starts_at for one in line if one.planned.moved},
        is_bound=False,
    )
    series = book_series(session, order, now=now)
    taken = {one.series_date: one.id for one in series_appointments(session, series.id)}
    return {one.due.key: taken[one.planned.date] for one in line if one.wanted}


def _regular_start(session: Session, plan: CarePlan, line: Sequence[Proposal]) -> datetime:
    """When the first date would begin if it were neither moved nor left out."""
    zone = load_hours(session, plan.practitioner_id).zone
    minute = read_arrangement(plan.arrangement).minute
    return lenient_local(line[0].planned.date, minute, zone)
