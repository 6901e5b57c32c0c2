"""Who may book a service, and asking a member to choose a time of one that goes by invitation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.people import Person, Role, find_member, find_person
from foundation import audit, outbox
from scheduling.service_invitation_records import ServiceInvitation
from scheduling.services import Audience, Service, UnknownService, list_services, offers, service_of

KIND = "service.invitation"
_WORTH_TELLING = timedelta(days=7)


class NotInvited(UnknownService):
    """To somebody who may not book it, a service looks like one that is not there."""

    code: ClassVar[str] = "unknown_service"


@dataclass(frozen=True)
class Invited:
    """A service that a member was asked to choose a time of."""

    service: Service
    invited_at: datetime


def may_book(session: Session, service: Service, person_id: str) -> bool:
    """Whether this person may book it for themselves: it is offered, and meant for them."""
    person = session.get(Person, person_id)
    return person is not None and service.active and _is_for(session, service, person)


def may_book_with(session: Session, service: Service, practitioner_id: str, person_id: str) -> bool:
    """The same with this practitioner, who gives it; and neither has left."""
    present = find_person(session, person_id).departed_at is None
    return present and offers(session, service.id, practitioner_id) and may_book(session, service, person_id)


def require_may_book(session: Session, service: Service, person_id: str) -> None:
    """Raises NotInvited, which looks like UnknownService."""
    if not may_book(session, service, person_id):
        raise NotInvited


def bookable_by(session: Session, person_id: str) -> list[Service]:
    """What this person may book for themselves, by name."""
    person = find_person(session, person_id)
    return [one for one in list_services(session) if _is_for(session, one, person)]


def public_services(session: Session) -> list[Service]:
    """What strangers may look at, by name."""
    return [one for one in list_services(session) if one.audience == Audience.PUBLIC]


def find_public(session: Session, slug: str) -> Service | None:
    """None for whatever strangers learn nothing about."""
    return next((one for one in public_services(session) if one.slug == slug), None)


def invite(session: Session, *, service_id: str, member_id: str, by: str, now: datetime) -> bool:
    """Let a member book it, and owe them a mail that says so; again, it changes nothing. Says if it is new.

    Raises UnknownService, UnknownPerson.
    """
    service, member = service_of(session, service_id), find_member(session, member_id)
    if not service.active:
        raise UnknownService
    if session.get(ServiceInvitation, (service.id, member.id)) is not None:
        return False
    session.add(ServiceInvitation(service_id=service.id, member_id=member.id, invited_by=by, invited_at=now))
    session.flush()
    _tell(session, service, member, now)
    _record(session, "service.invite", service, member.id, by, now)
    return True


def take_back(session: Session, *, service_id: str, member_id: str, by: str, now: datetime) -> None:
    """What they booked stays booked; nothing happens if they were not invited."""
    invitation = session.get(ServiceInvitation, (service_id, member_id))
    if invitation is None:
        return
    session.delete(invitation)
    session.flush()
    outbox.withdraw(session, f"{KIND}:{service_id}:{member_id}:", now=now)
    _record(session, "service.take_back", service_of(session, service_id), member_id, by, now)


def is_invited(session: Session, service_id: str, member_id: str) -> bool:
    return session.get(ServiceInvitation, (service_id, member_id)) is not None


def invitations_of(session: Session, member_id: str) -> list[Invited]:
    """What a member was asked to choose a time of and can still book, by name."""
    asked = (
        select(Service, ServiceInvitation.invited_at)
        .join(ServiceInvitation, ServiceInvitation.service_id == Service.id)
        .where(ServiceInvitation.member_id == member_id, Service.active)
        .order_by(Service.name)
    )
    return [Invited(service, invited_at) for service, invited_at in session.execute(asked)]


def _is_for(session: Session, service: Service, person: Person) -> bool:
    """Guests have no role: they proved an address, and may book what is public."""
    if person.departed_at is not None:
        return False
    if service.audience == Audience.PUBLIC and not person.roles:
        return True
    if Role.MEMBER not in person.roles:
        return False
    return service.audience != Audience.INVITATION or is_invited(session, service.id, person.id)


def _tell(session: Session, service: Service, member: Person, now: datetime) -> None:
    """The key names the moment: asked again after taking it back, they hear again."""
    refs = {"service": service.id, "to": member.id}
    key = f"{KIND}:{service.id}:{member.id}:{int(now.timestamp())}"
    outbox.promise(session, KIND, refs, key=key, due_at=now, now=now, not_after=now + _WORTH_TELLING)


def _record(session: Session, action: str, service: Service, member_id: str, by: str, now: datetime) -> None:
    audit.record(
        session,
        actor=by,
        action=action,
        kind="service",
        object_id=service.id,
        now=now,
        detail={"member": member_id},
    )
