"""Guests: people without a role, who proved that an address is theirs and see what they booked."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from auth.attempts import SigninAttempt
from auth.people import AddressTaken, Person, add_person, find_by_email
from foundation.audit import record
from foundation.database import lock


def whoever_enters(session: Session, attempt: SigninAttempt, *, now: datetime) -> Person | None:
    """Whom a used-up attempt lets in; a newcomer becomes a guest now that the address is proven.

    None when somebody with that address has left meanwhile.
    """
    person = attempt.who()
    if person is not None or attempt.newcomer is None:
        return person
    said = json.loads(attempt.newcomer)
    attempt.newcomer = None
    lock(session, f"address:{said['email']}")
    return find_by_email(session, said["email"]) or _admit(session, said, now)


def _admit(session: Session, said: dict[str, str], now: datetime) -> Person | None:
    try:
        guest = add_person(session, **said, roles=(), now=now)
    except AddressTaken:
        return None
    record(session, actor=guest.id, action="person.joined", kind="person", object_id=guest.id, now=now)
    return guest
