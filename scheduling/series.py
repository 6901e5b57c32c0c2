"""A series of sessions: looked at whole before it is booked, and booked whole or not at all."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from auth.people import find_person
from auth.permissions import NotAllowed
from foundation import audit
from scheduling.appointment_records import Appointment
from scheduling.booking import OVERRIDE_REFUSED, Book, appointment_for, occupancy_for
from scheduling.conflicts import Wish, lock_time, take
from scheduling.holds import drop_holds
from scheduling.hours import load_hours
from scheduling.idempotency import first_result, remember
from scheduling.listening import NOTE, hear_about
from scheduling.offers import pass_on
from scheduling.refusals import SlotTaken
from scheduling.series_check import PlannedDate, Terms, check
from scheduling.series_dates import find_series, series_appointments
from scheduling.series_news import announce_booked
from scheduling.series_orders import BookSeries, dues_of, local_start
from scheduling.series_records import Series
from scheduling.series_refusals import BadSeries, DateConflict, SeriesConflict
from scheduling.service_invitations import require_may_book
from scheduling.services import service_of

__all__ = [
    "BookSeries",
    "DateConflict",
    "PlannedDate",
    "SeriesConflict",
    "book_series",
    "find_series",
    "plan_series",
    "series_appointments",
]


class NoSeriesOfGroups(BadSeries):
    code: ClassVar[str] = "bad_series"
    default: ClassVar[str] = "This is for several people at once. Join its weekly dates instead."


def plan_series(session: Session, order: BookSeries, *, now: datetime) -> list[PlannedDate]:
    """Every date of the order as it would be, in order; nothing is written.

    Raises BadSeries, NotASlot, UnknownService.
    """
    service = service_of(session, order.service_id)
    if service.is_group:
        raise NoSeriesOfGroups
    hours = load_hours(session, order.practitioner_id)
    people = order.practitioner_id, order.member_id
    terms = Terms(service, *people, hours, binding=order.is_bound, override=bool(order.override))
    return check(session, dues_of(order, hours.zone), terms, now=now)


def book_series(session: Session, order: BookSeries, *, now: datetime) -> Series:
    """Take all the times, tell both parties once, and plan the reminders of each date.

    Raises SeriesConflict, with nothing written; BadSeries, NotASlot, KeyReused, NotInvited, and NotAllowed
    when members override a rule for themselves.
    """
    if order.override and order.booked_by == order.member_id:
        raise NotAllowed(OVERRIDE_REFUSED)
    key = (f"key:{order.booked_by}:{order.key}",) if order.key else ()
    lock_time(session, order.practitioner_id, order.member_id, also=key)
    if order.key and (first := first_result(session, order.booked_by, order.key, order.request)):
        return find_series(session, first)
    series, planned = _book(session, order, now)
    if order.key:
        remember(session, order.booked_by, order.key, order.request, series.id, now=now)
    _record(session, series, order, planned, now)
    return series


def chosen(planned: list[PlannedDate], *, skip_conflicts: bool) -> list[PlannedDate]:
    """The dates to take. Raises SeriesConflict for those in the way, unless they are to be left out."""
    conflicts = [one.conflict for one in planned if one.conflict]
    wanted = [one for one in planned if one.wanted]
    if conflicts and not (skip_conflicts and wanted):
        raise SeriesConflict(conflicts)
    return wanted


def _book(session: Session, order: BookSeries, now: datetime) -> tuple[Series, list[PlannedDate]]:
    find_person(session, order.member_id)
    if order.booked_by == order.member_id:
        require_may_book(session, service_of(session, order.service_id), order.member_id)
    pass_on(session, now=now, practitioner_ids=[order.practitioner_id])
    with session.begin_nested():
        drop_holds(session, order.member_id)
        planned = plan_series(session, order, now=now)
        wanted = chosen(planned, skip_conflicts=order.on_conflict == "skip")
        series = _add_series(session, order, planned, now)
        booked = _take_all(session, order, series, wanted, now)
    if order.booked_by == order.member_id and booked:
        hear_about(session, booked[0].id, order.member_id, order.note, NOTE, now=now)
    announce_booked(session, series, booked, now=now)
    return series, wanted


def _add_series(session: Session, order: BookSeries, planned: list[PlannedDate], now: datetime) -> Series:
    service = service_of(session, order.service_id)
    zone = load_hours(session, order.practitioner_id).zone
    first, minute = local_start(order.starts_at, zone)
    series = Series(
        service_id=service.id,
        practitioner_id=order.practitioner_id,
        member_id=order.member_id,
        timezone=zone.key,
        weekday=first.weekday(),
        minute_of_day=minute,
        minutes=service.minutes,
        every_weeks=order.every_weeks,
        first_date=first,
        until_date=planned[-1].date,
        booked_by=order.booked_by,
        created_at=now,
        changed_at=now,
    )
    session.add(series)
    session.flush()
    return series


def _take_all(
    session: Session, order: BookSeries, series: Series, wanted: list[PlannedDate], now: datetime
) -> list[Appointment]:
    """In the order of time, as everybody does. What the database refuses after all is named like the rest."""
    booked, refused = [], []
    for one in sorted(wanted, key=lambda one: one.starts_at):
        try:
            booked.append(_take(session, order, series, one, now))
        except SlotTaken as error:
            refused.append(DateConflict(one.date, error.code, error.alternatives))
    if refused:
        raise SeriesConflict(sorted(refused, key=lambda one: one.date))
    return booked


def _take(
    session: Session, order: BookSeries, series: Series, one: PlannedDate, now: datetime
) -> Appointment:
    service = service_of(session, order.service_id)
    people = order.practitioner_id, order.member_id
    wish = Wish(service, *people, one.starts_at, override=bool(order.override), repeats=True)
    appointment = appointment_for(_single(order, one), wish, now)
    appointment.series_id, appointment.series_date, appointment.exception = series.id, one.date, one.moved

    def write() -> None:
        session.add(appointment)
        session.flush()
        session.add(occupancy_for(appointment, wish))

    take(session, wish, write, now=now)
    session.refresh(appointment)
    return appointment


def _single(order: BookSeries, one: PlannedDate) -> Book:
    book = Book(
        order.service_id, order.practitioner_id, order.member_id, one.starts_at, booked_by=order.booked_by
    )
    override = order.override if one.set_aside else ""
    return replace(book, note=order.note, phone_fallback=order.phone_fallback, override=override)


def _record(
    session: Session, series: Series, order: BookSeries, planned: list[PlannedDate], now: datetime
) -> None:
    detail: dict[str, object] = {"on_behalf": order.booked_by != order.member_id, "dates": len(planned)}
    if order.override:
        detail["set_aside"] = {one.date.isoformat(): one.set_aside for one in planned if one.set_aside}
    audit.record(
        session,
        actor=order.booked_by,
        action="series.book",
        kind="series",
        object_id=series.id,
        now=now,
        detail=detail,
    )
