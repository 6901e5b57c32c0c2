"""The six digits in a sign-in mail, typed into the browser that asked for them (R4, R5)."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from auth.attempts import MOST_TRIES, SigninAttempt
from auth.guests import whoever_enters
from auth.keyed import keyed_digest, same
from auth.links import Entry, use_up
from auth.throttle import Limit, count, is_spent, refuse_if_spent
from foundation.errors import DomainError
from foundation.secret import digest

LENGTH = 6
WRONG_FROM_NETWORK = Limit("code.network", 60, timedelta(minutes=15))
WRONG_FOR_ADDRESS = Limit("code.address", 10, timedelta(hours=6))


class NothingAsked(DomainError):
    """This browser has no open attempt: it never asked, or ten minutes have passed."""

    code: ClassVar[str] = "nothing_asked"
    default: ClassVar[str] = "Codes last ten minutes, in the browser that asked. Ask for a new one."


class CodesClosed(DomainError):
    """Somebody guessed at this address's codes; its links still work."""

    code: ClassVar[str] = "codes_closed"
    default: ClassVar[str] = (
        "Too many wrong codes were typed today. Use the link in the mail, in this browser."
    )


@dataclass(frozen=True)
class WrongCode:
    """Not raised but returned, since the spent try has to be committed."""

    tries_left: int


def new_code() -> str:
    return f"{secrets.randbelow(10**LENGTH):0{LENGTH}d}"


def read_code(typed: str) -> str:
    """The digits, as people type them: with spaces, or a hyphen in the middle."""
    return re.sub(r"[\s\-]", "", typed)


def code_digest(key: bytes, attempt_id: str, code: str) -> str:
    """A million codes are soon tried, so the digest needs the secret key."""
    return keyed_digest(key, "code", f"{attempt_id}:{code}")


def try_code(
    session: Session, code: str, *, binding: str, network: str, key: bytes, now: datetime
) -> Entry | WrongCode:
    """Spend one of the newest attempt's tries, and use the attempt up when the code is right.

    Raises NothingAsked, CodesClosed, and TooMany for a network that guesses.
    """
    network_digest = keyed_digest(key, "network", network)
    refuse_if_spent(session, WRONG_FROM_NETWORK, network_digest, now=now)
    attempt = _newest(session, binding, now)
    if is_spent(session, WRONG_FOR_ADDRESS, attempt.address_digest or "", now=now):
        raise CodesClosed
    tries = _spend_try(session, attempt.id)
    right = same(attempt.code_digest or "", code_digest(key, attempt.id, code))
    opens = tries is not None and right and attempt.lets_in()
    if opens and use_up(session, attempt.id, now=now):
        person = whoever_enters(session, attempt, now=now)
        if person is not None:
            return Entry(person, attempt.shared)
    count(session, WRONG_FROM_NETWORK, network_digest, now=now)
    if tries is not None:
        count(session, WRONG_FOR_ADDRESS, attempt.address_digest or "", now=now)
    return WrongCode(0 if tries is None else MOST_TRIES - tries)


def _newest(session: Session, binding: str, now: datetime) -> SigninAttempt:
    asked_here = select(SigninAttempt).where(SigninAttempt.binding_digest == digest(binding))
    newest = session.scalar(asked_here.order_by(SigninAttempt.created_at.desc(), SigninAttempt.id).limit(1))
    if newest is None or not newest.is_open(now):
        raise NothingAsked
    return newest


def _spend_try(session: Session, attempt_id: str) -> int | None:
    """How many tries are spent now, or None when there was none left; parallel guesses queue up here."""
    left = (SigninAttempt.id == attempt_id, SigninAttempt.used_at.is_(None), SigninAttempt.tries < MOST_TRIES)
    spend = update(SigninAttempt).where(*left).values(tries=SigninAttempt.tries + 1)
    return session.execute(spend.returning(SigninAttempt.tries)).scalar_one_or_none()
