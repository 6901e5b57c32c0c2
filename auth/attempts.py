"""A sign-in that somebody has asked for: one row for a mail with a link and a code (R4 to R7)."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from auth.people import Person
from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base

LIFE = timedelta(minutes=10)
MOST_TRIES = 5
_KEEP = timedelta(days=1)


class SigninAttempt(Base):
    """`person_id` is empty for an address nobody here has, so that asking does the same work for all.

    `newcomer` is who somebody without an account says they are; the address is proven when they come in.
    `binding_digest` ties it to the browser that asked; an operator's link has none, and no code.
    `address_digest` is what wrong codes are counted by: the address, or a browser that it came in with.
    """

    __tablename__ = "signin_attempt"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    code_digest: Mapped[str | None] = mapped_column(String(64))
    binding_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    address_digest: Mapped[str | None] = mapped_column(String(64))
    shared: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    newcomer: Mapped[str | None] = mapped_column(Encrypted("signin_attempt.newcomer"))
    person: Mapped[Person | None] = relationship()

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at

    def who(self) -> Person | None:
        """Whom it lets in: nobody for an unknown address, nobody for somebody who has left."""
        return self.person if self.person is not None and self.person.departed_at is None else None

    def lets_in(self) -> bool:
        """Whether it lets anybody in: somebody known, or a newcomer who gave a name."""
        return self.who() is not None or self.newcomer is not None


def forget_old_attempts(session: Session, *, now: datetime) -> int:
    """Delete attempts that ended a day ago."""
    old = delete(SigninAttempt).where(SigninAttempt.expires_at < now - _KEEP)
    return len(session.execute(old.returning(SigninAttempt.id)).all())
