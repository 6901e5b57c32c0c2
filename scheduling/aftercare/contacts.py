"""Contacts made: whoever called or wrote says how it went, in one click, and can take a slip back."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy.orm import Session

from foundation.errors import DomainError
from scheduling.aftercare.checkup_records import Checkup, Outcome

__all__ = ["SLIP", "Checkup", "Outcome", "contacts_of", "note_contact", "take_back_contact"]

SLIP = timedelta(minutes=30)
"""So long a contact can be taken back by whoever noted it."""


class UnknownContact(DomainError):
    code: ClassVar[str] = "unknown_contact"
    default: ClassVar[str] = "There is no such contact any more. Load the page again."


def note_contact(
    session: Session,
    member_id: str,
    outcome: Outcome,
    *,
    planned_contact_id: str | None = None,
    note: str = "",
    by: str,
    now: datetime,
) -> Checkup:
    """Keep how a contact went, and finish what was planned with it. Audited; the note is sealed."""
    raise NotImplementedError


def take_back_contact(session: Session, checkup_id: str, *, by: str, now: datetime) -> Checkup:
    """It was a slip of the finger: what was planned is due again."""
    raise NotImplementedError


def contacts_of(session: Session, member_id: str, *, limit: int = 50) -> list[Checkup]:
    """What was noted about this member and holds, the latest first."""
    raise NotImplementedError
