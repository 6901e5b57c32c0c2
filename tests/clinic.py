"""A small clinic with its pages: Dana works nine to five in Los Angeles, Jonah lives in Chicago."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from flask import Flask

from auth.people import Person
from foundation.database import Database
from scheduling.appointments import Appointment, of_member
from scheduling.services import Service
from tests.builders.people import a_member, a_practitioner
from tests.builders.scheduling import a_booking, a_service, work_hours
from tests.pages import Visit

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)
"""What the fixture `clock` begins with: a Friday noon in Los Angeles."""
TUESDAY_3PM = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)
"""In Chicago; one o'clock for Dana."""


@dataclass
class Clinic:
    app: Flask
    database: Database
    dana: Person
    jonah: Person
    service: Service

    def visit(self, person: Person) -> Visit:
        client = cast(Any, self.app.test_client())
        client.sign_in(person)
        return Visit(client)

    def set_clock(self, now: datetime) -> None:
        self.app.config["CLOCK"].set(now)

    @property
    def path(self) -> str:
        return f"/book/{self.service.slug}"

    def appointments(self) -> list[Appointment]:
        with self.database.read() as session:
            return of_member(session, self.jonah.id)

    def booked(self, starts_at: datetime = TUESDAY_3PM, **fields: Any) -> Appointment:
        """Jonah's, with Dana."""
        with self.database.write() as session:
            parties = {"member": self.jonah, "practitioner": self.dana, "service": self.service}
            return a_booking(session, starts_at, **{"now": NOW, **parties, **fields})

    def taken_by_another(self, starts_at: datetime = TUESDAY_3PM) -> None:
        with self.database.write() as session:
            other = a_member(session, name="Priya")
        self.booked(starts_at, member=other)


def open_clinic(app: Flask, database: Database) -> Clinic:
    with database.write() as session:
        dana = work_hours(session, a_practitioner(session, name="Dana Whitlock"))
        jonah = a_member(session, name="Jonah Reed", timezone="America/Chicago")
        service = a_service(session, dana, slug="follow-up", name="Follow-up", step_minutes=60)
    return Clinic(app, database, dana, jonah, service)
