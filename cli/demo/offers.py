"""What else the demo offers: to everybody, by invitation, for two, and with a form before a first session."""

from dataclasses import replace
from datetime import timedelta

from auth.people import Person, add_person
from cli.demo.cast import Clinic
from foundation.timewords import local_date
from foundation.zones import find_zone
from scheduling.appointments import Appointment, Book, book
from scheduling.intake import keep_draft, response_of, send_answers
from scheduling.openings import openings
from scheduling.questionnaires import Item, Kind, add_form, items_of
from scheduling.service_invitations import invite
from scheduling.service_settings import ServiceSettings, save_service, settings_of
from scheduling.services import Service, find_service

_TWO_HOURS, _DAYS = 120, timedelta(days=12)
_QUESTIONS = (
    Item("What should we talk about first?", Kind.TEXT.value, required=True),
    Item("Have we met before, in a meeting or on the phone?", Kind.YES_NO.value),
    Item("When do you think best?", Kind.CHOICE.value, options=("Mornings", "Afternoons", "Evenings")),
)
_SENT = ("How to tell my sister that I cannot come for the holidays.", "yes", "Mornings")
_ASKED = (0, 4, 9)


def add_offers(clinic: Clinic) -> None:
    """Four services set as a coordinator sets them; a guest, three invitations, a form sent and one begun."""
    talk = _offer(
        clinic,
        "first-conversation",
        "First conversation",
        "Half an hour by video, to see whether we suit you. You need not belong here.",
        minutes=30,
        audience="public",
    )
    _offer(
        clinic,
        "for-two",
        "Side by side",
        "You and somebody close to you, with one of us.",
        minutes=60,
        seats=2,
    )
    review = _offer(
        clinic,
        "looking-ahead",
        "Looking ahead",
        "Seventy-five minutes to go through the months behind you and the ones to come.",
        minutes=75,
        audience="invitation",
    )
    _welcome_a_guest(clinic, talk)
    for number in _ASKED:
        member = clinic.members[number % len(clinic.members)]
        invite(clinic.session, service_id=review.id, member_id=member.id, by=_ruth(clinic).id, now=clinic.now)
    _ask_before_long_sessions(clinic)


def _offer(clinic: Clinic, slug: str, name: str, summary: str, **more: object) -> Service:
    people = frozenset(person.id for person in clinic.therapists)
    wanted = ServiceSettings(slug, name, summary, notice_minutes=_TWO_HOURS, practitioner_ids=people)
    chosen = replace(wanted, **more)  # type: ignore[arg-type]
    return save_service(clinic.session, chosen, by=_ruth(clinic).id, now=clinic.now)


def _ask_before_long_sessions(clinic: Clinic) -> None:
    """The long session gets a form: one request has it sent already, one is begun."""
    session, by = clinic.session, _ruth(clinic).id
    form = add_form(session, "Before we meet", _QUESTIONS, by=by, now=clinic.now)
    service = find_service(session, "long-session")
    settings = replace(settings_of(session, service), intake_id=form.id)
    save_service(session, settings, service_id=service.id, revision=service.revision, by=by, now=clinic.now)
    answers = dict(zip((item.link_id for item in items_of(form)), _SENT, strict=True))
    first = _book(clinic, service, clinic.therapists[0], clinic.members[-1])
    if first is not None:
        send_answers(session, first, answers, now=clinic.now)
    begun = _book(clinic, service, clinic.therapists[0], clinic.members[0])
    if begun is not None and response_of(session, begun) is None:
        keep_draft(session, begun, {}, now=clinic.now)


def _welcome_a_guest(clinic: Clinic, service: Service) -> None:
    guest = add_person(
        clinic.session,
        email="nadia@mail.example",
        name="Nadia Solberg",
        roles=(),
        timezone="America/Denver",
        now=clinic.now,
    )
    _book(clinic, service, clinic.therapists[2], guest)


def _book(clinic: Clinic, service: Service, person: Person, member: Person) -> Appointment | None:
    """The first time from the day after tomorrow on, as the member would choose it."""
    zone = find_zone(person.timezone)
    first = local_date(clinic.now, zone) + timedelta(days=2)
    free = openings(
        clinic.session, service, [person.id], first, first + _DAYS, zone, now=clinic.now, member_id=member.id
    )
    if not free:
        return None
    order = Book(service.id, person.id, member.id, free[0].starts_at, booked_by=member.id)
    return book(clinic.session, order, now=clinic.now)


def _ruth(clinic: Clinic) -> Person:
    return clinic.staff["ruth"]
