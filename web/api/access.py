"""Who calls, by a bearer token if there is one, else the browser's session; and what they may ask about."""

from flask import g, request
from sqlalchemy.orm import Session

from auth.actor import Actor
from auth.permissions import NotSignedIn
from auth.tokens import find_actor_by_token
from scheduling.services import Audience, Service, UnknownService, find_service
from web.context import actor, db, now

_SCHEME = "bearer "


def take_bearer() -> None:
    """Before each API request. A token that opens nothing is refused, whatever else came with it."""
    header = request.headers.get("Authorization", "")
    if not header:
        return
    found = _actor(header[len(_SCHEME) :].strip()) if header.lower().startswith(_SCHEME) else None
    if found is None:
        raise NotSignedIn("That token does not open anything. Make a new one, or sign in.")
    g.actor = found


def is_offered_to(somebody: Actor, service: Service) -> bool:
    """What goes by invitation is the staff's to book; to everybody else it is not there."""
    return somebody.is_staff or service.audience != Audience.INVITATION


def asked_service(session: Session) -> Service:
    """The service of this call. Raises UnknownService."""
    found = find_service(session, request.args.get("service", ""))
    if not is_offered_to(actor(), found):
        raise UnknownService
    return found


def _actor(secret: str) -> Actor | None:
    with db().read() as session:
        found = find_actor_by_token(session, secret, now=now())
        is_use_due = bool(session.dirty)
    if is_use_due:
        with db().write() as session:
            find_actor_by_token(session, secret, now=now())
    return found
