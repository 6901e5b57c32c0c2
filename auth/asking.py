"""Asking for a way in by mail. Whoever watches learns nothing about who is known here (R7)."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.attempts import LIFE, SigninAttempt
from auth.codes import code_digest, new_code
from auth.keyed import keyed_digest
from auth.people import Person
from auth.throttle import Limit, insist, is_within, refuse_if_spent
from foundation.columns import new_id
from foundation.outbox import promise
from foundation.secret import digest, new_secret

KIND = "signin.link"
FROM_NETWORK = Limit("signin.network", 40, timedelta(minutes=15))
FOR_ADDRESS_HERE = Limit("signin.address.network", 5, timedelta(minutes=15))
FOR_ADDRESS = Limit("signin.address", 30, timedelta(hours=1))
FROM_BROWSER = Limit("signin.browser", 20, timedelta(hours=1))
"""For a browser in which this address came in before: no flood from elsewhere takes from it."""


@dataclass(frozen=True)
class Newcomer:
    """Who somebody says they are that may have no account yet, and whose clocks they read."""

    name: str
    timezone: str


@dataclass(frozen=True)
class Request:
    """Somebody asks to sign in with `address` (normalised). `network` and `binding` are their browser's.

    A `newcomer` gets the mail although nobody knows the address: whoever watches sees no difference.
    `known` is the mark of a browser in which the address came in before, and empty for every other.
    """

    address: str
    network: str
    binding: str
    shared: bool = False
    newcomer: Newcomer | None = None
    known: str = ""


@dataclass(frozen=True)
class _Recipient:
    id: str | None
    name: str
    email: str
    newcomer: str | None = None


_NOBODY = _Recipient(None, "", "")


def ask_for_link(session: Session, asked: Request, *, key: bytes, now: datetime) -> None:
    """Make an attempt and promise its mail; the work is about the same whether the address is known or not.

    An address over its limit gets no further mail and is not told. Raises TooMany for a network that asks for
    very many, whatever the addresses.
    """
    if not asked.known:
        insist(session, FROM_NETWORK, keyed_digest(key, "network", asked.network), now=now)
    found = _find(session, asked)
    if not _is_within_limits(session, asked, key, now):
        found = _NOBODY
    _make_attempt(session, asked, found, key=key, now=now)


def refuse_flood(session: Session, asked: Request, *, key: bytes, now: datetime) -> None:
    """The same limit, only looked at: what is refused anyway writes nothing. Raises TooMany."""
    if not asked.known:
        refuse_if_spent(session, FROM_NETWORK, keyed_digest(key, "network", asked.network), now=now)


def _find(session: Session, asked: Request) -> _Recipient:
    """Somebody known, or a newcomer; nobody for an address that is unknown or of somebody who has left."""
    known = select(Person.id, Person.name, Person.email, Person.departed_at)
    row = session.execute(known.where(Person.email == asked.address)).one_or_none()
    if row is not None:
        return _NOBODY if row.departed_at else _Recipient(row.id, row.name, row.email)
    if asked.newcomer is None:
        return _NOBODY
    said = json.dumps({"email": asked.address, **asdict(asked.newcomer)})
    return _Recipient(None, asked.newcomer.name, asked.address, said)


def _is_within_limits(session: Session, asked: Request, key: bytes, now: datetime) -> bool:
    """The nearer limit first: a flood from one place uses up its own share, and the person's own remains."""
    if asked.known:
        return is_within(session, FROM_BROWSER, asked.known, now=now)
    here = keyed_digest(key, "address.network", f"{asked.address} {asked.network}")
    if not is_within(session, FOR_ADDRESS_HERE, here, now=now):
        return False
    return is_within(session, FOR_ADDRESS, keyed_digest(key, "address", asked.address), now=now)


def _make_attempt(session: Session, asked: Request, found: _Recipient, *, key: bytes, now: datetime) -> None:
    attempt_id, token, code = new_id(), new_secret(), new_code()
    session.add(
        SigninAttempt(
            id=attempt_id,
            person_id=found.id,
            token_digest=digest(token),
            code_digest=code_digest(key, attempt_id, code),
            binding_digest=digest(asked.binding),
            address_digest=asked.known or keyed_digest(key, "address", asked.address),
            shared=asked.shared,
            newcomer=found.newcomer,
            created_at=now,
            expires_at=now + LIFE,
        )
    )
    session.flush()
    _promise_mail(session, attempt_id, found, token, code, now)


def _promise_mail(
    session: Session, attempt_id: str, found: _Recipient, token: str, code: str, now: datetime
) -> None:
    """For nobody the mail falls due when it is over already: the same work, and never a mail."""
    until = now + LIFE
    due_at = now if found.email else until + timedelta(seconds=1)
    refs = {
        "email": found.email,
        "name": found.name,
        "token": token if found.email else "",
        "code": code if found.email else "",
        "expires_at": until.isoformat(),
    }
    promise(session, KIND, refs, key=f"{KIND}:{attempt_id}", due_at=due_at, now=now, not_after=until)
