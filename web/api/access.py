"""Who calls, by a bearer token if there is one, else the browser's session; and what they may ask about."""

from typing import ClassVar

from flask import Blueprint, g, request
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.people import Role, find_member
from auth.permissions import NotAllowed, NotSignedIn, allow, may
from auth.sessions import is_visit_due
from auth.tokens import Scope, find_actor_by_token, note_uses, scope_of
from scheduling.hours import Schedule
from scheduling.service_invitations import bookable_by, may_book
from scheduling.services import Audience, Service, UnknownService, find_service, list_services, offers
from web.api.refusals import MemberMissing, NotForOthers, UnknownPractitioner
from web.context import actor, db, now

ROOT = "/api/v1"
_SCHEME = "bearer "
_READING = {"GET", "HEAD", "OPTIONS"}


class ReadsOnly(NotAllowed):
    code: ClassVar[str] = "reads_only"
    default: ClassVar[str] = "This token may only read. Make one that may change things too, under Account."


def api_room(name: str) -> Blueprint:
    """A blueprint under the root whose calls take tokens."""
    blueprint = Blueprint(f"api_{name}", __name__, url_prefix=ROOT)
    blueprint.before_request(take_bearer)
    return blueprint


def take_bearer() -> None:
    """Before each API request. A token that opens nothing is refused, whatever else came with it."""
    header = request.headers.get("Authorization")
    if header is None:
        return
    found = _actor(header[len(_SCHEME) :].strip()) if header.lower().startswith(_SCHEME) else None
    if found is None:
        raise NotSignedIn("That token does not open anything. Make a new one, or sign in.")
    if request.method not in _READING and not _may_write(header[len(_SCHEME) :].strip()):
        raise ReadsOnly
    g.actor = found


def offered_services(session: Session) -> list[Service]:
    """What the caller may book, for themselves or (staff) for others, by name."""
    return list_services(session) if actor().is_staff else bookable_by(session, actor().person_id)


def asked_service(session: Session, slug: str) -> Service:
    """The service of this call. What is not meant for the caller is not there. Raises UnknownService."""
    found = find_service(session, slug)
    if not (_is_for_anybody_here(found) or may_book(session, found, actor().person_id)):
        raise UnknownService
    return found


def asked_practitioner(session: Session, service: Service, practitioner_id: str) -> str:
    """Raises UnknownPractitioner unless they offer the service."""
    if not offers(session, service.id, practitioner_id):
        raise UnknownPractitioner
    return practitioner_id


def for_whom(session: Session, member_id: str | None) -> str:
    """The member a booking is for: oneself, or for those who may book for others whom they name.

    Raises NotForOthers, MemberMissing, UnknownPerson, NotAllowed.
    """
    me = actor().person_id
    if not may(actor(), "book.for_member"):
        if member_id not in {None, me}:
            raise NotForOthers
        allow(actor(), "book.public")
        return me
    if member_id is None and Role.MEMBER not in actor().roles:
        raise MemberMissing
    return find_member(session, member_id or me).id


def allow_override(reason: str, practitioner_id: str) -> None:
    """The rules of a calendar are set aside by whoever keeps it, as on the pages. Raises NotAllowed."""
    if reason and not may(actor(), "schedule.edit", Schedule(practitioner_id=practitioner_id)):
        raise NotAllowed("Only whoever keeps that calendar can book against its rules. Ask them.")


def _is_for_anybody_here(service: Service) -> bool:
    """What needs no look at who was invited."""
    by_invitation = service.audience == Audience.INVITATION
    return actor().is_staff or (Role.MEMBER in actor().roles and not by_invitation)


def _actor(secret: str) -> Actor | None:
    with db().read() as session:
        found = find_actor_by_token(session, secret)
    if found is not None and is_visit_due(found, now=now()):
        with db().write() as session:
            note_uses(session, [secret], now=now())
    return found


def _may_write(secret: str) -> bool:
    with db().read() as session:
        return scope_of(session, secret) is Scope.WRITE
