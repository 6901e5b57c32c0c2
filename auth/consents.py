"""What somebody has agreed to, in their own words where there are any, and when they took it back."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.audit import record
from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base, lock


class Consent(Base):
    """One agreement of one person. `kind` says to what; `detail` holds what it is about, such as a number."""

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    detail: Mapped[str | None] = mapped_column(Encrypted("consent.detail"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def give_consent(
    session: Session, person_id: str, kind: str, detail: str | None, *, now: datetime, by: str | None = None
) -> None:
    """Agree from now on; an earlier agreement of this kind ends, and what it held is forgotten.

    `by` is who noted it, if it was not the person: somebody who was told so.
    """
    lock(session, f"consent:{person_id}")
    _end(session, person_id, kind, now)
    session.add(Consent(person_id=person_id, kind=kind, detail=detail, given_at=now))
    session.flush()
    _note(session, person_id, "consent.given", kind, by or person_id, now)


def withdraw_consent(
    session: Session, person_id: str, kind: str, *, now: datetime, by: str | None = None
) -> bool:
    """Take it back: that it was given stays, its detail goes. Says whether there was any."""
    lock(session, f"consent:{person_id}")
    if not _end(session, person_id, kind, now):
        return False
    _note(session, person_id, "consent.withdrawn", kind, by or person_id, now)
    return True


def consent_of(session: Session, person_id: str, kind: str) -> Consent | None:
    """The agreement that holds now, if there is one."""
    holds = Consent.person_id == person_id, Consent.kind == kind, Consent.withdrawn_at.is_(None)
    return session.scalar(select(Consent).where(*holds).execution_options(populate_existing=True))


def _end(session: Session, person_id: str, kind: str, now: datetime) -> bool:
    before = consent_of(session, person_id, kind)
    if before is None:
        return False
    before.withdrawn_at, before.detail = now, None
    session.flush()
    return True


def _note(session: Session, person_id: str, action: str, kind: str, by: str, now: datetime) -> None:
    record(
        session, actor=by, action=action, kind="person", object_id=person_id, now=now,
        detail={"kind": kind},
    )  # fmt: skip
