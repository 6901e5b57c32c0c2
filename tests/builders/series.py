"""Series for the stories: Dana sees Ana weekly, in New York."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.outbox import Delivery
from scheduling.appointments import Appointment
from scheduling.series import BookSeries, book_series, series_appointments
from scheduling.series_records import Series
from tests.builders.people import a_member
from tests.builders.scheduling import a_service, a_working_practitioner, weekdays

NEW_YORK = ZoneInfo("America/New_York")
DECEMBER = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
"""When the stories begin; the first dates are within the horizon of sixty days, the later ones beyond."""


def at(year: int, month: int, day: int, hour: int = 15, minute: int = 0) -> datetime:
    """A time in New York, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


TUESDAYS = at(2027, 1, 5, 15)
MONDAYS = at(2027, 1, 4, 17)
FEB_15, FEB_22, MARCH_1 = date(2027, 2, 15), date(2027, 2, 22), date(2027, 3, 1)
"""The dates of case 9."""


class Practice:
    """Dana works nine to seven on weekdays in New York; Ana and Ben see her for fifty minutes."""

    def __init__(self, session: Session, **service: Any) -> None:
        hours = weekdays(9, 19)
        self.dana = a_working_practitioner(session, hours, name="Dana Whitlock", timezone="America/New_York")
        self.ana = a_member(session, name="Ana Ruiz", timezone="America/Chicago")
        self.ben = a_member(session, name="Ben Oduya", timezone="America/New_York")
        self.service = a_service(session, self.dana, step_minutes=60, **service)

    def order(self, starts_at: datetime = TUESDAYS, count: int = 12, **fields: Any) -> BookSeries:
        """Dana's own order for Ana."""
        given = {"practitioner_id": self.dana.id, "member_id": self.ana.id, "booked_by": self.dana.id}
        return BookSeries(service_id=self.service.id, starts_at=starts_at, count=count, **given | fields)

    @property
    def with_ben(self) -> dict[str, Any]:
        """Who and what, for a booking of Ben's with Dana."""
        return {"member": self.ben, "practitioner": self.dana, "service": self.service}

    def series(
        self, session: Session, starts_at: datetime = TUESDAYS, count: int = 12, **fields: Any
    ) -> Series:
        return book_series(session, self.order(starts_at, count, **fields), now=DECEMBER)


def dates_of(session: Session, series: Series) -> dict[date, Appointment]:
    """By their original local dates, as the database has them now."""
    rows = series_appointments(session, series.id, fresh=True)
    return {one.series_date: one for one in rows if one.series_date}


def clocks(session: Session, series: Series) -> list[str]:
    """`01-05 15:00` in New York for each date that takes place, by time."""
    rows = [one for one in series_appointments(session, series.id, fresh=True) if not one.is_cancelled]
    local = sorted(one.starts_at.astimezone(NEW_YORK) for one in rows)
    return [f"{one:%m-%d %H:%M}" for one in local]


def waiting(session: Session) -> Counter[str]:
    """How many deliveries of each kind are still on their way."""
    rows = session.scalars(select(Delivery.kind).where(Delivery.state == "waiting"))
    return Counter(rows)
