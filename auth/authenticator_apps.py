"""Six digits from an app on somebody's phone (TOTP, RFC 6238): thirty seconds each, each good once."""

from datetime import datetime, timedelta
from typing import ClassVar

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import ForeignKey, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.people import find_person
from auth.throttle import Limit, count, refuse_if_spent
from foundation.columns import Encrypted, Id, UtcDateTime
from foundation.database import Base, lock
from foundation.errors import DomainError
from foundation.personal import holds

ISSUER = "Evenside"
_NEIGHBOURS = 1
"""Steps before and after that are taken too: a phone's clock may be half a minute off (section 5.2)."""
SET_UP_WITHIN = timedelta(minutes=15)
WRONG = Limit("app.wrong", 10, timedelta(hours=1))
WRONG_TODAY = Limit("app.wrong.day", 40, timedelta(days=1))


class NothingToConfirm(DomainError):
    code: ClassVar[str] = "nothing_to_confirm"
    default: ClassVar[str] = "That took more than a quarter of an hour. Begin again, with a new picture."


class AuthenticatorApp(Base):
    """One a person. `secret` is in force; `pending` waits for its first code. `last_step` was used last."""

    __tablename__ = "authenticator_app"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str | None] = mapped_column(Encrypted("authenticator_app.secret"))
    pending: Mapped[str | None] = mapped_column(Encrypted("authenticator_app.pending"))
    pending_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


holds(AuthenticatorApp, "person_id", title="Your app with codes", shows=("confirmed_at",))


def app_of(session: Session, person_id: str) -> AuthenticatorApp | None:
    """The row, whether in force or only begun."""
    return session.get(AuthenticatorApp, person_id, populate_existing=True)


def begin_app(session: Session, person_id: str, *, now: datetime) -> str:
    """A new secret, shown until its first code confirms it. An app in force stays in force meanwhile."""
    lock(session, f"app:{person_id}")
    row = app_of(session, person_id)
    if row is None:
        row = AuthenticatorApp(person_id=person_id, last_step=0)
        session.add(row)
    row.pending, row.pending_until = pyotp.random_base32(), now + SET_UP_WITHIN
    session.flush()
    return row.pending


def pending_secret(session: Session, person_id: str, *, now: datetime) -> str:
    """What is being set up. Raises NothingToConfirm."""
    return _begun(session, person_id, now)[1]


def address_for_app(session: Session, person_id: str, secret: str) -> str:
    """The otpauth: address that a QR code carries, under a name that says nothing."""
    name = find_person(session, person_id).email
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def confirm_app(session: Session, person_id: str, code: str, *, now: datetime) -> bool:
    """Put the pending secret in force if the code is its own. Raises NothingToConfirm."""
    lock(session, f"app:{person_id}")
    row, secret = _begun(session, person_id, now)
    step = _step(secret, code, now)
    if step is None:
        return False
    row.secret, row.last_step, row.confirmed_at = secret, step, now
    row.pending = row.pending_until = None
    session.flush()
    return True


def try_app_code(session: Session, person_id: str, code: str, *, now: datetime) -> bool:
    """Whether the code is right and was not used before. Raises TooMany after too many wrong ones.

    A wrong try has to be committed: the answer is a value, not an error. Many at once are tried in turn.
    """
    lock(session, f"app:{person_id}")
    for limit in (WRONG, WRONG_TODAY):
        refuse_if_spent(session, limit, person_id, now=now)
    row = app_of(session, person_id)
    step = _step(row.secret, code, now) if row is not None and row.secret is not None else None
    if step is not None and _use_up(session, person_id, step):
        return True
    for limit in (WRONG, WRONG_TODAY):
        count(session, limit, person_id, now=now)
    return False


def remove_app(session: Session, person_id: str) -> bool:
    """Says whether there was one in force."""
    gone = delete(AuthenticatorApp).where(AuthenticatorApp.person_id == person_id)
    return session.execute(gone.returning(AuthenticatorApp.confirmed_at)).scalar_one_or_none() is not None


def _begun(session: Session, person_id: str, now: datetime) -> tuple[AuthenticatorApp, str]:
    row = app_of(session, person_id)
    if row is None or row.pending is None or row.pending_until is None or row.pending_until <= now:
        raise NothingToConfirm
    return row, row.pending


def _step(secret: str, code: str, now: datetime) -> int | None:
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=_NEIGHBOURS)
    except OTPVerificationError:
        return None


def _use_up(session: Session, person_id: str, step: int) -> bool:
    """A code that was read over a shoulder opens nothing a second time: steps only go forward."""
    mine = AuthenticatorApp.person_id == person_id, AuthenticatorApp.last_step < step
    used = update(AuthenticatorApp).where(*mine).values(last_step=step).returning(AuthenticatorApp.person_id)
    return session.execute(used).first() is not None
