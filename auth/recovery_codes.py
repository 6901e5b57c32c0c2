"""Ten words of letters on paper, for the day when the phone is gone. Each opens once."""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.keyed import keyed_digest
from auth.throttle import Limit, count, refuse_if_spent
from foundation.columns import Id, UtcDateTime, new_id
from foundation.database import Base, lock
from foundation.personal import holds

HOW_MANY = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_HALF = 6
WRONG = Limit("recovery.wrong", 10, timedelta(hours=1))


class RecoveryCode(Base):
    """59 random bits, kept as a digest made with the house's key."""

    __tablename__ = "recovery_code"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), index=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


holds(RecoveryCode, "person_id", title="Your spare codes", shows=("created_at", "used_at"))


def new_recovery_codes(session: Session, person_id: str, *, key: bytes, now: datetime) -> list[str]:
    """Ten new ones, shown this once; every earlier one ends."""
    lock(session, f"recovery:{person_id}")
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [_new_code() for _ in range(HOW_MANY)]
    session.add_all(
        RecoveryCode(person_id=person_id, code_digest=_digest(key, person_id, code), created_at=now)
        for code in codes
    )
    session.flush()
    return codes


def try_recovery_code(session: Session, person_id: str, typed: str, *, key: bytes, now: datetime) -> bool:
    """Use one up. Raises TooMany after too many wrong ones; a wrong try has to be committed."""
    lock(session, f"recovery:{person_id}")
    refuse_if_spent(session, WRONG, person_id, now=now)
    mine = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    this = RecoveryCode.code_digest == _digest(key, person_id, typed)
    used = update(RecoveryCode).where(*mine, this).values(used_at=now).returning(RecoveryCode.id)
    if session.execute(used).first() is not None:
        return True
    count(session, WRONG, person_id, now=now)
    return False


def codes_left(session: Session, person_id: str) -> int:
    """How many of theirs are unused."""
    mine = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*mine)) or 0


def remove_recovery_codes(session: Session, person_id: str) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def _new_code() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(2 * _HALF))
    return f"{letters[:_HALF]}-{letters[_HALF:]}"


def _digest(key: bytes, person_id: str, code: str) -> str:
    """However it is typed: with or without the hyphen, in large letters or small."""
    plain = re.sub(r"[\s\-]", "", code).lower()
    return keyed_digest(key, "recovery", f"{person_id}:{plain}")
