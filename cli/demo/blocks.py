"""The demo's therapists keep some time for themselves."""

from datetime import datetime, timedelta

from cli.demo.cast import Clinic
from foundation.timewords import local_date
from foundation.zones import find_zone
from scheduling.blocks import BlockOverlaps, add_block
from scheduling.recurrence import lenient_local

NOTES = ("Notes", "Supervision", "Lunch with Ruth")
EARLY_NOON = 12 * 60
SATURDAY = 5
DAYS = 14


def block_some_noons(clinic: Clinic) -> None:
    """Half an hour at noon now and then in the coming two weeks, where nothing is booked."""
    for number, person in enumerate(clinic.therapists):
        zone = find_zone(person.timezone)
        today = local_date(clinic.now, zone)
        for day in range(1 + number, DAYS, 3):
            date = today + timedelta(days=day)
            if date.weekday() < SATURDAY:
                _block(clinic, person.id, lenient_local(date, EARLY_NOON, zone), NOTES[day % len(NOTES)])


def _block(clinic: Clinic, person_id: str, starts_at: datetime, title: str) -> None:
    try:
        with clinic.session.begin_nested():
            add_block(
                clinic.session,
                practitioner_id=person_id,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=30),
                title=title,
                by=person_id,
                now=clinic.now,
            )
    except BlockOverlaps:
        return
