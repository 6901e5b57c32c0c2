"""Asking for a way in by mail. Whoever watches learns nothing about who is known here (R7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.attempts import LIFE, SigninAttempt
from auth.codes import code_digest, new_code
from auth.keyed import keyed_digest
from auth.people import Person
from auth.throttle import Limit, insist, is_within
from foundation.columns import new_id
from foundation.outbox import promise
from foundation.secret import digest, new_secret

KIND = "signin.link"
FROM_NETWORK = Limit("signin.network", 40, timedelta(minutes=15))
FOR_ADDRESS_HERE = Limit("signin.address.network", 5, timedelta(minutes=15))
FOR_ADDRESS = Limit("signin.address", 30, timedelta(hours=1))


@dataclass(frozen=True)
class Request:
    """Somebody asks to sign in with `address` (normalised). `network` and `binding` are their browser's."""

    address: str
    network: str
    binding: str
    shared: bool = False


@dataclass(frozen=True)
class _Recipient:
    id: str | None
    name: str
    email: str


_NOBODY = _Recipient(None, "", "")


def ask_for_link(session: Session, asked: Request, *, key: bytes, now: datetime) -> None:
    """Make an attempt and promise its mail; the work is about the same whether the address is known or not.

    An address over its limit gets no further mail and is not told. Raises TooMany for a network that asks for
    very many, whatever the addresses.
    """
    insist(session, FROM_NETWORK, keyed_digest(key, "network", asked.network), now=now)
    found = _find(session, asked.address)
    if not _is_within_limits(session, asked, key, now):
        found = _NOBODY
    _make_attempt(session, asked, found, key=key, now=now)


def _find(session: Session, address: str) -> _Recipient:
    present = (Person.email == address, Person.departed_at.is_(None))
    row = session.execute(select(Person.id, Person.name, Person.email).where(*present)).one_or_none()
    return _NOBODY if row is None else _Recipient(row.id, row.name, row.email)


def _is_within_limits(session: Session, asked: Request, key: bytes, now: datetime) -> bool:
    """The nearer limit first: a flood from one place uses up its own share, and the person's own remains."""
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
            address_digest=keyed_digest(key, "address", asked.address),
            shared=asked.shared,
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
    due_at = now if found.id else until + timedelta(seconds=1)
    refs = {
        "email": found.email,
        "name": found.name,
        "token": token if found.id else "",
        "code": code if found.id else "",
        "expires_at": until.isoformat(),
    }
    promise(session, KIND, refs, key=f"{KIND}:{attempt_id}", due_at=due_at, now=now, not_after=until)
