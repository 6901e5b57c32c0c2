"""A Tuesday of Dana's, and what stands in it."""

from datetime import date, datetime, timedelta

from auth.people import Person, Role
from scheduling.blocks import TimeBlock
from tests.builders.blocks import a_block
from tests.builders.people import a_person
from tests.clinic import NOW, TUESDAY_3PM, Clinic

TUESDAY = date(2026, 12, 1)
ONE_PM = TUESDAY_3PM
"""For Dana in Los Angeles."""
HOUR = timedelta(hours=1)
WEEK = f"/staff/?day={TUESDAY}"


def coordinator(clinic: Clinic) -> Person:
    with clinic.database.write() as session:
        return a_person(session, Role.COORDINATOR, name="Ruth Abelson")


def blocked(clinic: Clinic, starts_at: datetime = ONE_PM, title: str = "Dentist") -> TimeBlock:
    with clinic.database.write() as session:
        return a_block(session, clinic.dana, starts_at, now=NOW, title=title)
