"""What somebody can show besides a mail: passkeys, an app, codes on paper. Changes are told to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auth.authenticator_apps import AuthenticatorApp
from auth.passkey_records import Passkey
from auth.recovery_codes import codes_left, remove_recovery_codes
from foundation.audit import record
from foundation.columns import new_id
from foundation.database import lock
from foundation.errors import DomainError
from foundation.outbox import promise

NOTICE = "account.notice"
NOT_FIRST = "Something is set up already. Sign in with that."


class LastFactor(DomainError):
    code: ClassVar[str] = "last_factor"
    default: ClassVar[str] = (
        "That is the only one you have. Add another passkey or an app first, then remove it."
    )


@dataclass(frozen=True)
class Factors:
    """How many passkeys, whether an app is in force, and how many recovery codes are left."""

    passkeys: int
    has_app: bool
    codes: int

    @property
    def any(self) -> bool:
        """Recovery codes alone are no factor: they stand in for one that was lost."""
        return self.passkeys > 0 or self.has_app


def factors_of(session: Session, person_id: str) -> Factors:
    """What this person has set up; an app counts once its first code was right."""
    keys = select(func.count()).select_from(Passkey).where(Passkey.person_id == person_id)
    app = select(AuthenticatorApp.person_id).where(
        AuthenticatorApp.person_id == person_id, AuthenticatorApp.confirmed_at.is_not(None)
    )
    has_app = session.scalar(app) is not None
    return Factors(session.scalar(keys) or 0, has_app, codes_left(session, person_id))


def hold_factors(session: Session, person_id: str) -> None:
    """Nobody else changes this person's factors until the transaction ends."""
    lock(session, f"factors:{person_id}")


def note_change(session: Session, person_id: str, what: str, *, to: str, now: datetime) -> None:
    """Audit a change of the ways in, and tell whoever reads `to` by mail (R10).

    `what` is one of the words of mail/messages/account.py, such as `passkey.added`.
    """
    record(session, actor=person_id, action=what, kind="person", object_id=person_id, now=now)
    refs = {"email": to, "person": person_id, "what": what, "at": now.isoformat()}
    promise(session, NOTICE, refs, key=f"{NOTICE}:{new_id()}", due_at=now, now=now)


def require_one_left(session: Session, person_id: str) -> None:
    """Raises LastFactor."""
    if not factors_of(session, person_id).any:
        raise LastFactor


def forget_codes_without_factor(session: Session, person_id: str) -> None:
    """Codes on paper for a factor that is gone would let in whoever finds the paper."""
    if not factors_of(session, person_id).any:
        remove_recovery_codes(session, person_id)
