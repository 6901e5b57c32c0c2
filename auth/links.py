"""The link in a sign-in mail, and the operator's link: both work once, for ten minutes (R4 to R6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auth.attempts import LIFE, SigninAttempt
from auth.guests import whoever_enters
from auth.keyed import same
from auth.people import Person
from foundation.errors import DomainError
from foundation.secret import digest, new_secret


class LinkSpent(DomainError):
    """Used, over, or never ours: the page says the same for all three."""

    code: ClassVar[str] = "link_spent"
    default: ClassVar[str] = "This link is used or over. Links work once, for ten minutes. Ask for a new one."


class WrongBrowser(DomainError):
    code: ClassVar[str] = "wrong_browser"
    default: ClassVar[str] = "This link belongs to the browser that asked for it. Type the code there."


@dataclass(frozen=True)
class Entry:
    """A way in that was just used up: who may come in, and whether others use the device."""

    person: Person
    shared: bool


def issue_link(session: Session, person: Person, *, now: datetime) -> str:
    """A link's token for an operator to hand over: once, ten minutes, in any browser."""
    token = new_secret()
    session.add(
        SigninAttempt(person_id=person.id, token_digest=digest(token), created_at=now, expires_at=now + LIFE)
    )
    session.flush()
    return token


def look_at_link(session: Session, token: str, *, binding: str | None, now: datetime) -> None:
    """Whether the link would work here; uses up nothing. Raises LinkSpent, WrongBrowser."""
    _usable(session, token, binding, now)


def redeem_link(session: Session, token: str, *, binding: str | None, now: datetime) -> Entry:
    """Use the link up. Of many at the same moment one gets in. Raises LinkSpent, WrongBrowser."""
    attempt = _usable(session, token, binding, now)
    if not use_up(session, attempt.id, now=now):
        raise LinkSpent
    person = whoever_enters(session, attempt, now=now)
    if person is None:
        raise LinkSpent
    return Entry(person, attempt.shared)


def use_up(session: Session, attempt_id: str, *, now: datetime) -> bool:
    """Mark the attempt used, unless somebody else has: the database lets one of many do it."""
    unused = (SigninAttempt.id == attempt_id, SigninAttempt.used_at.is_(None))
    marked = update(SigninAttempt).where(*unused).values(used_at=now).returning(SigninAttempt.id)
    return session.execute(marked).first() is not None


def _usable(session: Session, token: str, binding: str | None, now: datetime) -> SigninAttempt:
    attempt = session.scalar(select(SigninAttempt).where(SigninAttempt.token_digest == digest(token)))
    if attempt is None or not attempt.is_open(now) or not attempt.lets_in():
        raise LinkSpent
    if attempt.binding_digest is not None and not same(attempt.binding_digest, digest(binding or "")):
        raise WrongBrowser
    return attempt
