"""Accounts elsewhere, linked to people here: an issuer and a subject, never an address (R11)."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.people import Person
from foundation.columns import Id, UtcDateTime, new_id
from foundation.database import Base, lock
from foundation.errors import DomainError
from foundation.personal import holds


class LinkedElsewhere(DomainError):
    """That account is linked to somebody already; to whom is nobody's business."""

    code: ClassVar[str] = "linked_already"
    default: ClassVar[str] = "That account is linked already. Take it away there first, or use another one."


class OutsideIdentity(Base):
    """`provider` is our name for the issuer in the settings; (issuer, subject) is who they are there."""

    __tablename__ = "outside_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_outside_identity_issuer_subject"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(30))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


holds(
    OutsideIdentity,
    "person_id",
    title="Accounts elsewhere that you linked",
    shows=("provider", "issuer", "subject", "linked_at", "last_used_at"),
)


def link_identity(
    session: Session, person_id: str, *, provider: str, issuer: str, subject: str, now: datetime
) -> None:
    """Raises LinkedElsewhere. Linking one's own again changes nothing."""
    lock(session, f"identity:{issuer} {subject}")
    found = _find(session, issuer, subject)
    if found is not None and found.person_id != person_id:
        raise LinkedElsewhere
    if found is None:
        session.add(
            OutsideIdentity(
                person_id=person_id, provider=provider, issuer=issuer, subject=subject, linked_at=now
            )
        )
        session.flush()


def whoever_is(session: Session, *, issuer: str, subject: str, now: datetime) -> Person | None:
    """Whom that account was linked to; nobody for one that has left."""
    found = _find(session, issuer, subject)
    person = session.get(Person, found.person_id) if found is not None else None
    if found is None or person is None or person.departed_at is not None:
        return None
    found.last_used_at = now
    return person


def identities_of(session: Session, person_id: str) -> Sequence[OutsideIdentity]:
    """This person's accounts elsewhere, the first linked first."""
    mine = select(OutsideIdentity).where(OutsideIdentity.person_id == person_id)
    return session.scalars(mine.order_by(OutsideIdentity.linked_at, OutsideIdentity.id)).all()


def unlink_identity(session: Session, identity_id: str, person_id: str) -> bool:
    """Take away one of this person's. Says whether there was such a one."""
    mine = delete(OutsideIdentity).where(
        OutsideIdentity.id == identity_id, OutsideIdentity.person_id == person_id
    )
    return session.execute(mine.returning(OutsideIdentity.id)).first() is not None


def _find(session: Session, issuer: str, subject: str) -> OutsideIdentity | None:
    this = OutsideIdentity.issuer == issuer, OutsideIdentity.subject == subject
    return session.scalar(select(OutsideIdentity).where(*this))
