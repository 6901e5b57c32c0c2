"""Whom the team may call when somebody is in danger: left by the person, taken back whenever they like."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from auth.consents import consent_of, give_consent, withdraw_consent
from foundation.errors import DomainError

KIND = "crisis_contact"
_LONGEST_NAME = 80


class NothingToCall(DomainError):
    code = "nothing_to_call"
    default = "Leave your own number, or somebody’s name and their number."


@dataclass(frozen=True)
class CrisisContact:
    """The person's own number, somebody close to them, or both. Numbers are E.164; empty means none."""

    phone: str = ""
    name: str = ""
    name_phone: str = ""


def leave_contact(session: Session, person_id: str, contact: CrisisContact, *, now: datetime) -> None:
    """Agree that two of the team together may see this in danger. Raises NothingToCall."""
    if not contact.phone and not (contact.name.strip() and contact.name_phone):
        raise NothingToCall()
    kept = CrisisContact(contact.phone, contact.name.strip()[:_LONGEST_NAME], contact.name_phone)
    give_consent(session, person_id, KIND, json.dumps(asdict(kept)), now=now)


def take_contact_back(session: Session, person_id: str, *, now: datetime) -> bool:
    return withdraw_consent(session, person_id, KIND, now=now)


def contact_of(session: Session, person_id: str) -> CrisisContact | None:
    """What the person has left, for themselves and for safety/reveals.py; nobody else asks here."""
    consent = consent_of(session, person_id, KIND)
    return CrisisContact(**json.loads(consent.detail)) if consent and consent.detail else None
