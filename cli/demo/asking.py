"""What waits for an answer in the demo, and one appointment against the rules."""

from datetime import timedelta

from auth.people import Person
from cli.demo.cast import Clinic
from foundation.timewords import local_date
from foundation.zones import find_zone
from scheduling.booking import Book, book
from scheduling.openings import openings
from scheduling.recurrence import resolve_local
from scheduling.services import Service, add_service

_DAY = timedelta(days=1)
_SATURDAY = 5
_TEN = 10 * 60
_ASKED_BY = {0: (3, 11), 1: (7,)}
"""Which members ask which therapist, each by their place in the list."""


def ask_for_long_sessions(clinic: Clinic, usual: Service) -> None:
    """A service that a therapist says yes to first, three requests for it, and a Saturday by exception."""
    longer = add_service(
        clinic.session,
        slug="long-session",
        name="Long session",
        summary="Eighty minutes by video. Your therapist says yes first.",
        minutes=80,
        approval=True,
        practitioner_ids=[person.id for person in clinic.therapists],
    )
    for therapist, members in _ASKED_BY.items():
        for member in members:
            _ask(clinic, longer, clinic.therapists[therapist], _member(clinic, member))
    _book_on_saturday(clinic, usual, clinic.therapists[0], _member(clinic, 5))


def _ask(clinic: Clinic, service: Service, person: Person, member: Person) -> None:
    zone = find_zone(person.timezone)
    first = local_date(clinic.now, zone) + 3 * _DAY
    days = first, first + 9 * _DAY
    free = openings(clinic.session, service, [person.id], *days, zone, now=clinic.now, member_id=member.id)
    if free:
        starts_at = clinic.chance.choice(free).starts_at
        order = Book(service.id, person.id, member.id, starts_at, booked_by=member.id)
        book(clinic.session, order, now=clinic.now)


def _book_on_saturday(clinic: Clinic, service: Service, person: Person, member: Person) -> None:
    today = local_date(clinic.now, find_zone(person.timezone))
    saturday = today + _DAY * (7 + _SATURDAY - today.weekday())
    starts_at = resolve_local(saturday, _TEN, find_zone(person.timezone))
    order = Book(
        service.id,
        person.id,
        member.id,
        starts_at,
        booked_by=person.id,
        override="Is away all week.",
    )
    book(clinic.session, order, now=clinic.now)


def _member(clinic: Clinic, number: int) -> Person:
    return clinic.members[number % len(clinic.members)]
