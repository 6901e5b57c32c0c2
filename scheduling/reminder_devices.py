"""The devices that somebody lets reminders come to (Web Push, RFC 8030).

A browser gives an address at its push service and two keys; they are sealed. A device that is signed out gets
nothing more: whoever has it next should not read when somebody has an appointment.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.sessions import AuthSession
from foundation.columns import Encrypted, Id, UtcDateTime, blind_index, new_id
from foundation.database import Base, lock
from foundation.errors import DomainError
from foundation.personal import explains, holds
from scheduling.calendars.importing.addresses import BadAddress, checked_address

MOST = 5


class BadDevice(DomainError):
    code: ClassVar[str] = "bad_device"
    default: ClassVar[str] = "This browser did not say where reminders can be sent. Mail works always."


@dataclass(frozen=True)
class PushAddress:
    """What a browser gives: the address, its public key and its secret, both in base64url."""

    endpoint: str
    p256dh: str
    auth: str


class PushSubscription(Base):
    """One device of one person."""

    __tablename__ = "push_subscription"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[str | None] = mapped_column(
        ForeignKey("auth_session.id", ondelete="SET NULL"), index=True
    )
    endpoint_digest: Mapped[str] = mapped_column(String(64), unique=True)
    endpoint: Mapped[str] = mapped_column(Encrypted("push_subscription.endpoint"))
    keys: Mapped[str] = mapped_column(Encrypted("push_subscription.keys"))
    device: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def address(self) -> PushAddress:
        p256dh, auth = json.loads(self.keys)
        return PushAddress(self.endpoint, p256dh, auth)


holds(PushSubscription, "person_id", title="Devices that reminders come to", shows=("device", "created_at"))
explains(
    PushSubscription, "session_id", "which sign-in the device belongs to; the device itself is held above"
)


def add_device(
    session: Session, person_id: str, address: PushAddress, *, visit: str | None, device: str, now: datetime
) -> PushSubscription:
    """Remember it; the same browser again takes its own place, whoever used it before. Raises BadDevice."""
    try:
        endpoint = checked_address(address.endpoint)
    except BadAddress as error:
        raise BadDevice from error
    found = blind_index("push", endpoint)
    lock(session, f"push:{person_id}")
    session.execute(delete(PushSubscription).where(PushSubscription.endpoint_digest == found))
    for oldest in devices_of(session, person_id)[MOST - 1 :]:
        session.delete(oldest)
    session.flush()
    made = PushSubscription(
        person_id=person_id,
        session_id=visit,
        endpoint_digest=found,
        endpoint=endpoint,
        keys=json.dumps([address.p256dh, address.auth]),
        device=device[:60],
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def devices_of(session: Session, person_id: str) -> list[PushSubscription]:
    """Those that reminders go to, the newest first; none that was signed out."""
    theirs = select(PushSubscription).outerjoin(AuthSession, AuthSession.id == PushSubscription.session_id)
    theirs = theirs.where(PushSubscription.person_id == person_id, AuthSession.closed_at.is_(None))
    return list(session.scalars(theirs.order_by(PushSubscription.created_at.desc(), PushSubscription.id)))


def remove_device(session: Session, device_id: str, person_id: str | None = None) -> bool:
    """Send nothing there any more; with `person_id`, only if it is theirs. Says whether there was one."""
    whose = () if person_id is None else (PushSubscription.person_id == person_id,)
    gone = delete(PushSubscription).where(PushSubscription.id == device_id, *whose)
    return session.execute(gone.returning(PushSubscription.id)).first() is not None


def forget_signed_out(session: Session, *, now: datetime) -> int:
    """Delete the devices whose sign-in was ended by hand. `now` is every sweep's."""
    ended = select(AuthSession.id).where(AuthSession.closed_at <= now)
    gone = delete(PushSubscription).where(PushSubscription.session_id.in_(ended))
    return len(session.execute(gone.returning(PushSubscription.id)).all())
