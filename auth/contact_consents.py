"""How a member agreed to be contacted by the team: said once, taken back at any time."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from auth.consents import Consent, give_consent, withdraw_consent
from foundation.database import lock


class ContactWay(StrEnum):
    """The kinds of consent. SUPPORTER: the team may ring the people beside the member."""

    CALL = "contact.call"
    TEXT = "contact.text"
    MAIL = "contact.mail"
    SUPPORTER = "contact.supporter"


def ways_agreed(session: Session, person_id: str) -> frozenset[ContactWay]:
    """What holds now. Nothing, until somebody agreed to something."""
    return ways_agreed_by(session, [person_id]).get(person_id, frozenset())


def ways_agreed_by(session: Session, person_ids: Collection[str]) -> dict[str, frozenset[ContactWay]]:
    """The same for many at once; whoever agreed to nothing is left out."""
    holds = Consent.kind.in_(list(ContactWay)), Consent.withdrawn_at.is_(None)
    asked = select(Consent.person_id, Consent.kind).where(Consent.person_id.in_(person_ids), *holds)
    found: dict[str, set[ContactWay]] = {}
    for person_id, kind in session.execute(asked):
        found.setdefault(person_id, set()).add(ContactWay(kind))
    return {person_id: frozenset(ways) for person_id, ways in found.items()}


def agree_to_contact(
    session: Session, person_id: str, ways: Collection[ContactWay], *, by: str, now: datetime
) -> None:
    """From now on these ways and no others. Only what changed is written; `by` is who noted it."""
    lock(session, f"consent:{person_id}")
    held = ways_agreed(session, person_id)
    for way in ContactWay:
        if way in ways and way not in held:
            give_consent(session, person_id, way, None, by=by, now=now)
        if way in held and way not in ways:
            withdraw_consent(session, person_id, way, by=by, now=now)
