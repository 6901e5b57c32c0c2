"""The link in a reminder: it says yes to, moves or cancels that one appointment, for the one it was sent to.

Whoever has it needs no sign-in, so it opens nothing else, is kept as a digest only, and ends when the
appointment begins. Looking at it changes nothing: programs open links by themselves.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import UtcDateTime
from foundation.database import Base
from foundation.errors import DomainError
from foundation.personal import holds
from foundation.secret import digest, new_short_secret
from scheduling.appointment_records import Appointment


class ReminderLinkOver(DomainError):
    """Over, or never ours: one page for both."""

    code: ClassVar[str] = "reminder_link_over"
    default: ClassVar[str] = "This link is over. Your calendar shows what is booked."


class ReminderLink(Base):
    """One link, sent to the member of one appointment."""

    __tablename__ = "reminder_link"

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    appointment_id: Mapped[str] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


holds(ReminderLink, "person_id", title="Links in your reminders", shows=("appointment_id", "expires_at"))


def new_link(session: Session, appointment: Appointment) -> str:
    """The secret that goes into the member's reminders of this revision; kept nowhere else in the open."""
    token = new_short_secret()
    session.add(
        ReminderLink(
            token_digest=digest(token),
            appointment_id=appointment.id,
            person_id=appointment.member_id,
            expires_at=appointment.starts_at,
        )
    )
    return token


def read_link(session: Session, token: str, *, now: datetime) -> Appointment:
    """The appointment that it is about. Raises ReminderLinkOver."""
    link = session.get(ReminderLink, digest(token))
    if link is None or link.expires_at <= now:
        raise ReminderLinkOver
    appointment = session.get_one(Appointment, link.appointment_id)
    is_theirs = appointment.member_id == link.person_id and appointment.member.departed_at is None
    if not is_theirs or appointment.starts_at <= now:
        raise ReminderLinkOver
    return appointment


def forget_old_links(session: Session, *, now: datetime) -> int:
    """Delete those that opened their last."""
    over = delete(ReminderLink).where(ReminderLink.expires_at < now)
    return len(session.execute(over.returning(ReminderLink.token_digest)).all())
