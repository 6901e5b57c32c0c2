"""Where an appointment stands in its series: `3 of 12`."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduling.appointments import Appointment


@dataclass(frozen=True)
class Place:
    """`number` counts the dates by their original order, the cancelled ones too."""

    series_id: str
    number: int
    count: int

    @property
    def words(self) -> str:
        return f"{self.number} of {self.count}"


def places_of(session: Session, appointments: Iterable[Appointment]) -> dict[str, Place]:
    """By the id of each appointment that belongs to a member's series: one query for all of them."""
    ids = {one.series_id for one in appointments if one.in_series}
    if not ids:
        return {}
    theirs = Appointment.series_id.in_(ids), Appointment.occurrence_id.is_(None)
    rows = select(Appointment.series_id, Appointment.id).where(*theirs).order_by(Appointment.series_date)
    dates: dict[str, list[str]] = {}
    for series_id, appointment_id in session.execute(rows):
        dates.setdefault(str(series_id), []).append(appointment_id)
    return {
        one: Place(series_id, number, len(all_of_it))
        for series_id, all_of_it in dates.items()
        for number, one in enumerate(all_of_it, start=1)
    }


def place_of(session: Session, one: Appointment) -> Place | None:
    return places_of(session, [one]).get(one.id)
