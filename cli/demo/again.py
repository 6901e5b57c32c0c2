"""The demo's weekly follow-ups: one member who comes every week, with one date on another day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from auth.people import Person
from cli.demo.cast import Clinic
from foundation.timewords import local_date
from foundation.zones import find_zone
from scheduling.appointments import Appointment, move
from scheduling.attendance import fulfil
from scheduling.openings import Slot, openings
from scheduling.series import BookSeries, book_series, series_appointments
from scheduling.series_dates import is_ahead
from scheduling.services import Service

TIMES = 12
TWO_WEEKS_BACK, WEEK = timedelta(days=14), timedelta(days=7)
MOVED = 2


def book_weekly(clinic: Clinic, service: Service) -> None:
    """Alma Abbott sees Dana every week, since two weeks ago; dates in the way are left out, one is moved."""
    dana, alma = clinic.staff["dana"], clinic.members[0]
    booked_at = clinic.now - TWO_WEEKS_BACK
    first = _first_slot(clinic, service, dana, alma, booked_at)
    if first is None:
        return
    order = BookSeries(
        service.id, dana.id, alma.id, first.starts_at, TIMES, booked_by=dana.id, on_conflict="skip"
    )
    series = book_series(clinic.session, order, now=booked_at)
    dates = series_appointments(clinic.session, series.id)
    for one in dates:
        if one.ends_at < clinic.now:
            fulfil(clinic.session, one.id, by=dana.id, now=one.ends_at)
    _move_one(clinic, service, [one for one in dates if is_ahead(one, clinic.now)][MOVED])


def _move_one(clinic: Clinic, service: Service, one: Appointment) -> None:
    """To a later day of the same week."""
    dana, zone = one.practitioner, find_zone(one.practitioner.timezone)
    for slot in _around(clinic, service, dana, one.member, one.starts_at):
        if local_date(slot.starts_at, zone) != local_date(one.starts_at, zone):
            move(clinic.session, one.id, slot.starts_at, revision=one.revision, by=dana.id, now=clinic.now)
            return


def _first_slot(
    clinic: Clinic, service: Service, person: Person, member: Person, booked_at: datetime
) -> Slot | None:
    """In the middle of the week, two days after it was agreed."""
    zone = find_zone(person.timezone)
    day = local_date(booked_at, zone) + timedelta(days=2)
    found = openings(
        clinic.session, service, [person.id], day, day + WEEK, zone, now=booked_at, member_id=member.id
    )
    return next((slot for slot in found if _weekday(slot.starts_at, zone) in {1, 2}), None)


def _around(clinic: Clinic, service: Service, person: Person, member: Person, at: datetime) -> list[Slot]:
    zone = find_zone(person.timezone)
    day = local_date(at, zone)
    return openings(
        clinic.session,
        service,
        [person.id],
        day,
        _end_of_week(day),
        zone,
        now=clinic.now,
        member_id=member.id,
        repeats=True,
    )


def _end_of_week(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


def _weekday(at: datetime, zone: ZoneInfo) -> int:
    return at.astimezone(zone).weekday()
