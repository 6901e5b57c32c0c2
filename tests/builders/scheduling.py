"""Hours, services, appointments and meetings for the stories."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from auth.people import Person
from scheduling.appointments import Appointment, Book, book
from scheduling.availability import Override, Window
from scheduling.hours import Hours, save_hours
from scheduling.meetings import Meeting, add_meeting
from scheduling.services import Service, add_service
from tests.builders.people import LONG_AGO, a_member, a_practitioner

_numbers = count(1)


def weekdays(start_hour: float = 9, end_hour: float = 17, days: Iterable[int] = range(5)) -> list[Window]:
    """The same hours on every day of `days`, Monday to Friday unless said otherwise."""
    return [Window(day, int(start_hour * 60), int(end_hour * 60)) for day in days]


def work_hours(
    session: Session,
    practitioner: Person,
    windows: Sequence[Window] | None = None,
    *,
    timezone: str | None = None,
    overrides: Sequence[Override] = (),
    now: datetime = LONG_AGO,
) -> Person:
    """Give a practitioner hours: nine to five on weekdays, in their own zone, unless said otherwise."""
    chosen = tuple(weekdays() if windows is None else windows)
    hours = Hours(timezone or practitioner.timezone, chosen, tuple(overrides))
    save_hours(session, practitioner.id, hours, now=now, by=practitioner.id)
    return practitioner


def a_working_practitioner(session: Session, windows: Sequence[Window] | None = None, **more: Any) -> Person:
    return work_hours(session, a_practitioner(session, **more), windows)


def a_service(session: Session, *practitioners: Person, **fields: Any) -> Service:
    """Fifty minutes with ten after, bookable at an hour's notice on the half hour."""
    number = next(_numbers)
    chosen: dict[str, Any] = {
        "slug": f"follow-up-{number}",
        "name": f"Follow-up {number}",
        "notice_minutes": 60,
    }
    return add_service(session, practitioner_ids=[one.id for one in practitioners], **chosen | fields)


def an_order(
    service: Service, practitioner: Person, member: Person, starts_at: datetime, **fields: Any
) -> Book:
    """An order by the member, unless `booked_by` says otherwise."""
    return Book(
        service_id=service.id,
        practitioner_id=practitioner.id,
        member_id=member.id,
        starts_at=starts_at,
        **{"booked_by": member.id, **fields},
    )


def a_booking(
    session: Session,
    starts_at: datetime,
    *,
    now: datetime,
    member: Person | None = None,
    practitioner: Person | None = None,
    service: Service | None = None,
    **fields: Any,
) -> Appointment:
    """A booked appointment, with whoever and whatever it needs around it."""
    practitioner = practitioner or a_working_practitioner(session)
    member = member or a_member(session)
    service = service or a_service(session, practitioner)
    return book(session, an_order(service, practitioner, member, starts_at, **fields), now=now)


def a_meeting(
    session: Session,
    *,
    hosts: Iterable[Person] = (),
    moderators: Iterable[Person] = (),
    now: datetime = LONG_AGO,
    **fields: Any,
) -> Meeting:
    """A Friday evening at seven in Los Angeles, for an hour and a half."""
    chosen: dict[str, Any] = {
        "slug": f"evening-{next(_numbers)}",
        "title": "Friday evening",
        "timezone": "America/Los_Angeles",
        "weekday": 4,
        "minute_of_day": 19 * 60,
        "minutes": 90,
        "first_date": date(2026, 1, 2),
    }
    return add_meeting(
        session,
        now=now,
        hosted_by=tuple(one.id for one in hosts),
        moderated_by=tuple(one.id for one in moderators),
        **chosen | fields,
    )


class House:
    """Dana works nine to five on weekdays in UTC; Ana and Ben may book her every ten minutes."""

    def __init__(self, session: Session, **service: Any) -> None:
        self.dana = a_working_practitioner(session, timezone="UTC")
        self.ana = a_member(session, name="Ana")
        self.ben = a_member(session, name="Ben")
        self.service = a_service(session, self.dana, **{"step_minutes": 10, **service})

    def order(self, member: Person, starts_at: datetime, **fields: Any) -> Book:
        return an_order(self.service, self.dana, member, starts_at, **fields)
