"""The demo's services, hours and four weeks of appointments."""

from datetime import date, timedelta

from auth.people import Person
from cli.demo.cast import Clinic
from foundation.timewords import local_date
from foundation.zones import find_zone
from scheduling.attendance import fulfil, miss
from scheduling.availability import Override, Window
from scheduling.booking import Book, book
from scheduling.hours import Hours, save_hours
from scheduling.openings import Slot, openings
from scheduling.services import Service, add_service

WORKDAYS = range(5)
NOON, ONE = 12, 13
BOOKED_AHEAD = timedelta(days=6)
HALF = timedelta(days=14)
DAYS = 28
MOST_A_DAY, MOST_A_WEEK = 7, 30
MISSED_ONE_IN = 9
QUIET = 8
"""Whoever fell quiet, by their place among the members: care.py."""
SHORT_ONE_IN = 5


def add_services(clinic: Clinic) -> list[Service]:
    everyone = [person.id for person in clinic.therapists]
    follow_up = add_service(
        clinic.session,
        slug="follow-up",
        name="Follow-up",
        summary="Fifty minutes by video with a therapist who knows you.",
        notice_minutes=120,
        practitioner_ids=everyone,
    )
    short_call = add_service(
        clinic.session,
        slug="short-call",
        name="Short call",
        summary="Twenty minutes by phone, for one thing.",
        mode="phone",
        minutes=20,
        notice_minutes=60,
        practitioner_ids=everyone,
    )
    return [follow_up, short_call]


def add_hours(clinic: Clinic) -> None:
    """Each therapist's week in their own zone, with a day off next week."""
    for person, first, last in zip(clinic.therapists, (9, 8, NOON), (17, 15, 20), strict=True):
        halves = [(start, end) for start, end in ((first, NOON), (max(first, ONE), last)) if start < end]
        windows = tuple(Window(day, start * 60, end * 60) for day in WORKDAYS for start, end in halves)
        today = local_date(clinic.now, find_zone(person.timezone))
        off = Override(_workday(today + timedelta(days=5)))
        hours = Hours(person.timezone, windows, (off,), daily_limit=MOST_A_DAY, weekly_limit=MOST_A_WEEK)
        save_hours(clinic.session, person.id, hours, now=clinic.now, by=person.id)


def book_four_weeks(clinic: Clinic, services: list[Service], count: int) -> None:
    """`count` appointments from two weeks back to two weeks ahead, booked as their members would have."""
    for number in range(count):
        service = services[0 if clinic.chance.randrange(SHORT_ONE_IN) else 1]
        member = clinic.members[number % len(clinic.members)]
        slot = _some_slot(clinic, service, clinic.therapists[number % 3], member)
        if slot is not None:
            _book(clinic, service, slot, member)


def _some_slot(clinic: Clinic, service: Service, person: Person, member: Person) -> Slot | None:
    zone, start = find_zone(person.timezone), clinic.now - HALF
    first = local_date(start, zone) + timedelta(days=clinic.chance.randrange(DAYS - 2))
    last = first + timedelta(days=3)
    early = start - BOOKED_AHEAD
    found = openings(clinic.session, service, [person.id], first, last, zone, now=early, member_id=member.id)
    free = [
        slot
        for slot in found
        if slot.starts_at < clinic.now or slot.starts_at > clinic.now + BOOKED_AHEAD / 24
    ]
    return clinic.chance.choice(free) if free else None


def _book(clinic: Clinic, service: Service, slot: Slot, member: Person) -> None:
    booked_at = min(clinic.now, slot.starts_at) - BOOKED_AHEAD
    order = Book(service.id, slot.practitioner_id, member.id, slot.starts_at, booked_by=member.id)
    appointment = book(clinic.session, order, now=booked_at)
    if slot.ends_at < clinic.now:
        is_quiet = member in clinic.members[QUIET : QUIET + 1]
        note = fulfil if clinic.chance.randrange(MISSED_ONE_IN) and not is_quiet else miss
        note(clinic.session, appointment.id, by=slot.practitioner_id, now=slot.ends_at)


def _workday(day: date) -> date:
    """That day, or the Monday after it when it falls on a weekend."""
    return day if day.weekday() in WORKDAYS else day + timedelta(days=7 - day.weekday())
