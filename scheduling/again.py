"""Another time in one step, after one that was cancelled or missed: from the mail about it."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy.orm import Session

from auth.passes import make_pass, read_pass
from auth.people import find_person
from foundation.errors import DomainError
from foundation.zones import find_zone
from scheduling.appointment_records import Appointment, Status
from scheduling.booking import Book, book
from scheduling.idempotency import result_of
from scheduling.openings import Slot, openings
from scheduling.refusals import KeyReused
from scheduling.service_invitations import may_book
from scheduling.services import offers

PURPOSE = "again"
GOOD_FOR = timedelta(days=14)
MOST_SHOWN = 4


class PassOver(DomainError):
    """Over, never ours, or about something that is neither cancelled nor missed: one page for all."""

    code: ClassVar[str] = "pass_over"
    default: ClassVar[str] = "This link is over. Your calendar shows what is free."


def pass_for(key: bytes, appointment: Appointment, *, now: datetime) -> str | None:
    """The link's pass, the same each time, for two weeks from the cancelling or the missing.

    None where one step would not do: for seats of a group, or when the two weeks are over.
    """
    until = appointment.changed_at + GOOD_FOR
    if not _is_open(appointment) or appointment.service.is_group or until <= now:
        return None
    return make_pass(key, PURPOSE, appointment.id, until)


def read_again(session: Session, key: bytes, token: str, *, now: datetime) -> Appointment:
    """The appointment that the pass is about. Raises PassOver."""
    subject = read_pass(key, PURPOSE, token, now=now)
    found = session.get(Appointment, subject) if subject else None
    if found is None or not _is_open(found) or found.member.departed_at is not None:
        raise PassOver
    return found


def booked_again(session: Session, appointment: Appointment) -> Appointment | None:
    """What was booked by its pass."""
    result = result_of(session, appointment.member_id, _key(appointment))
    return session.get(Appointment, result) if result else None


def next_times(session: Session, appointment: Appointment, *, now: datetime) -> list[Slot]:
    """The next few free times of the same service with the same practitioner."""
    service, practitioner_id = appointment.service, appointment.practitioner_id
    if not may_book(session, service, appointment.member_id):
        return []
    if not offers(session, service.id, practitioner_id):
        return []
    zone = find_zone(find_person(session, appointment.member_id).timezone)
    first = now.astimezone(zone).date()
    last = first + timedelta(days=service.horizon_days)
    found = openings(
        session, service, [practitioner_id], first, last, zone, now=now, member_id=appointment.member_id
    )
    return found[:MOST_SHOWN]


def book_again(
    session: Session, appointment: Appointment, starts_at: datetime, *, now: datetime
) -> Appointment:
    """Book that time; a pass books once, and sent again it gives what it booked, whatever time it asks for.

    Raises what booking raises.
    """
    first = booked_again(session, appointment)
    if first is not None:
        return first
    order = Book(
        service_id=appointment.service_id,
        practitioner_id=appointment.practitioner_id,
        member_id=appointment.member_id,
        starts_at=starts_at,
        booked_by=appointment.member_id,
        phone_fallback=appointment.phone_fallback,
        key=_key(appointment),
    )
    try:
        return book(session, order, now=now)
    except KeyReused:
        faster = booked_again(session, appointment)
        if faster is None:
            raise
        return faster


def _is_open(appointment: Appointment) -> bool:
    return appointment.is_cancelled or appointment.status == Status.NOSHOW


def _key(appointment: Appointment) -> str:
    return f"{PURPOSE}:{appointment.id}"
