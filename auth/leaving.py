"""Wishing to have one's account deleted: said, thought over for a week, and then done."""

from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.people import find_person
from foundation.audit import record
from foundation.columns import UtcDateTime
from foundation.database import Base, lock
from foundation.errors import DomainError
from foundation.personal import holds

THINK_IT_OVER = timedelta(days=7)


class StaffStay(DomainError):
    code: ClassVar[str] = "staff_stay"
    default: ClassVar[str] = (
        "You work here, and others' records name you. A coordinator ends your account when you leave."
    )


class Leaving(Base):
    """Somebody asked to be deleted; it happens once `due_at` has come, unless they take it back."""

    __tablename__ = "leaving"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


holds(Leaving, "person_id", title="Your wish to be deleted", shows=("asked_at", "due_at"))


def ask_to_leave(
    session: Session, person_id: str, *, by: str | None = None, wait: timedelta = THINK_IT_OVER, now: datetime
) -> Leaving:
    """The account goes after `wait`. Asking again changes nothing. Raises UnknownPerson, StaffStay."""
    if find_person(session, person_id).is_staff:
        raise StaffStay
    found = _held(session, person_id)
    if found is None:
        found = Leaving(person_id=person_id, asked_at=now, due_at=now + wait)
        session.add(found)
        session.flush()
        _note(session, "leaving.asked", person_id, by, now)
    return found


def stay(session: Session, person_id: str, *, by: str | None = None, now: datetime) -> bool:
    """Take it back; says whether there was anything to take back."""
    found = _held(session, person_id)
    if found is None:
        return False
    session.delete(found)
    _note(session, "leaving.taken_back", person_id, by, now)
    return True


def leaving_of(session: Session, person_id: str) -> Leaving | None:
    """The wish to be deleted, while it can still be taken back."""
    return session.get(Leaving, person_id)


def who_leaves(session: Session) -> list[Leaving]:
    """Everybody who has asked, the first to go first."""
    return list(session.scalars(select(Leaving).order_by(Leaving.due_at, Leaving.person_id)))


def _held(session: Session, person_id: str) -> Leaving | None:
    """The wish, which nobody else makes or takes back until the transaction ends."""
    lock(session, f"leaving:{person_id}")
    return session.get(Leaving, person_id, populate_existing=True)


def _note(session: Session, action: str, person_id: str, by: str | None, now: datetime) -> None:
    who = by or person_id
    record(session, actor=who, action=action, kind="person", object_id=person_id, now=now)
