"""Something begun here and finished in one browser only: a passkey's challenge, a sign-in elsewhere.

A row is good once, for ten minutes, in the browser it was begun in, and for what it was begun for (R13).
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base
from foundation.personal import holds
from foundation.secret import digest

LIFE = timedelta(minutes=10)


class Ceremony(Base):
    """`purpose` says what it is for, `secret_digest` finds it, `binding_digest` is its browser's.

    `person_id` is whom it acts on, where somebody is signed in; `detail` is what only we remember of it.
    """

    __tablename__ = "ceremony"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    purpose: Mapped[str] = mapped_column(String(20))
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    binding_digest: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    detail: Mapped[str | None] = mapped_column(Encrypted("ceremony.detail"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


holds(Ceremony, "person_id", title="Sign-ins begun", unshown="challenges that are good for ten minutes")


def begin_ceremony(
    session: Session,
    purpose: str,
    secret: str,
    *,
    binding: str,
    now: datetime,
    person_id: str | None = None,
    detail: str | None = None,
) -> None:
    """Remember that `secret` was given to this browser for this purpose."""
    begun = Ceremony(
        purpose=purpose,
        secret_digest=digest(secret),
        binding_digest=digest(binding),
        person_id=person_id,
        detail=detail,
        expires_at=now + LIFE,
    )
    session.add(begun)
    session.flush()


def finish_ceremony(
    session: Session, purpose: str, secret: str, *, binding: str | None, now: datetime
) -> Ceremony | None:
    """Use it up. None for what was never begun here, is over, was used, or is another browser's.

    Of many at once one gets it: the database marks it for the first.
    """
    marked = (
        update(Ceremony)
        .where(*_open(purpose, secret, binding, now))
        .values(used_at=now)
        .returning(Ceremony.id)
    )
    found = session.execute(marked).scalar_one_or_none()
    return session.scalar(select(Ceremony).where(Ceremony.id == found)) if found else None


def is_begun(session: Session, purpose: str, secret: str, *, binding: str | None, now: datetime) -> bool:
    """Whether it can be finished here. It is only looked at, so that what was never begun writes nothing."""
    this = select(Ceremony.id).where(*_open(purpose, secret, binding, now))
    return session.scalar(this) is not None


def _open(purpose: str, secret: str, binding: str | None, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Ceremony.secret_digest == digest(secret),
        Ceremony.purpose == purpose,
        Ceremony.binding_digest == digest(binding or ""),
        Ceremony.used_at.is_(None),
        Ceremony.expires_at > now,
    )


def forget_old_ceremonies(session: Session, *, now: datetime) -> int:
    """Delete those that are over."""
    old = delete(Ceremony).where(Ceremony.expires_at < now)
    return len(session.execute(old.returning(Ceremony.id)).all())
