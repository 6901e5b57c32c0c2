"""The number that reminders are texted to: proven by a code, kept sealed, and forgotten when taken back.

A number is proven first, since a wrong one would tell a stranger when somebody has an appointment here.
"""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.codes import read_code
from auth.consents import consent_of, give_consent, withdraw_consent
from auth.keyed import keyed_digest, same
from auth.phones import normalise_phone
from auth.throttle import Limit, insist
from foundation import outbox
from foundation.columns import Encrypted, UtcDateTime, new_id
from foundation.database import Base
from foundation.errors import DomainError
from foundation.personal import holds

CONSENT = "reminder.text"
KIND = "text.code"
LIFE = timedelta(minutes=10)
MOST_TRIES = 5
CODES = Limit("text.code", 5, timedelta(hours=6))
"""Texts cost money, and a number may be somebody else's."""


class NoNumberAsked(DomainError):
    code: ClassVar[str] = "no_number_asked"
    default: ClassVar[str] = "Codes last ten minutes and five tries. Ask for a new one."


class TextNumberProof(Base):
    """A number that somebody says is theirs, until the code that was texted to it is typed."""

    __tablename__ = "text_number_proof"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[str] = mapped_column(Encrypted("text_number_proof.number"))
    code_digest: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


holds(TextNumberProof, "person_id", title="A number that you began to prove", shows=("number", "expires_at"))


def number_of(session: Session, person_id: str) -> str | None:
    """Where their texts go, E.164."""
    consent = consent_of(session, person_id, CONSENT)
    return consent.detail if consent else None


def asked_number(session: Session, person_id: str, *, now: datetime) -> str | None:
    """The number that waits for its code."""
    proof = session.get(TextNumberProof, person_id)
    return proof.number if proof is not None and _is_open(proof, now) else None


def ask_number(session: Session, person_id: str, phone: str, *, key: bytes, now: datetime) -> None:
    """Text a code to it. Raises BadPhone, TooMany."""
    number, code = normalise_phone(phone), f"{secrets.randbelow(10**6):06d}"
    insist(session, CODES, keyed_digest(key, "person", person_id), now=now)
    proof = session.get(TextNumberProof, person_id) or TextNumberProof(person_id=person_id)
    proof.number, proof.code_digest = number, _digest(key, person_id, code)
    proof.tries, proof.expires_at = 0, now + LIFE
    session.add(proof)
    session.flush()
    refs = {"to": person_id, "number": number, "code": code}
    owed = f"{KIND}:{person_id}:{new_id()}"
    outbox.promise(session, KIND, refs, key=owed, due_at=now, now=now, not_after=now + LIFE)


def prove_number(session: Session, person_id: str, typed: str, *, key: bytes, now: datetime) -> bool:
    """Whether it was the right code; then texts go there from now on. A wrong one spends a try.

    Raises NoNumberAsked when there is none to prove, or no try left.
    """
    proof = session.get(TextNumberProof, person_id, with_for_update=True)
    if proof is None or not _is_open(proof, now):
        raise NoNumberAsked
    proof.tries += 1
    if not same(proof.code_digest, _digest(key, person_id, read_code(typed))):
        session.flush()
        return False
    give_consent(session, person_id, CONSENT, proof.number, now=now)
    session.delete(proof)
    session.flush()
    return True


def forget_number(session: Session, person_id: str, *, now: datetime) -> None:
    """No more texts: the number is gone."""
    session.execute(delete(TextNumberProof).where(TextNumberProof.person_id == person_id))
    withdraw_consent(session, person_id, CONSENT, now=now)


def forget_old_proofs(session: Session, *, now: datetime) -> int:
    """Delete what was never proven."""
    over = delete(TextNumberProof).where(TextNumberProof.expires_at < now)
    return len(session.execute(over.returning(TextNumberProof.person_id)).all())


def _is_open(proof: TextNumberProof, now: datetime) -> bool:
    return now < proof.expires_at and proof.tries < MOST_TRIES


def _digest(key: bytes, person_id: str, code: str) -> str:
    """A million codes are soon tried, so the digest needs the secret key."""
    return keyed_digest(key, "text.code", f"{person_id}:{code}")
