"""The table of answers that came by mail."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import Id, UtcDateTime
from foundation.database import Base

KEEP_DAYS = timedelta(days=400)


class CalendarReply(Base):
    """One mail in the mailbox for answers; `id` is a digest of it, so that it counts once.

    Of what we could not use only the `outcome` is kept. `answer` is the PARTSTAT (RFC 5545, 3.2.12).
    """

    __tablename__ = "calendar_reply"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    appointment_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("appointment.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("person.id", ondelete="CASCADE"))
    answer: Mapped[str | None] = mapped_column(String(10))


def forget_old_replies(session: Session, *, now: datetime) -> int:
    """Delete what came more than a year ago. Returns how many."""
    old = delete(CalendarReply).where(CalendarReply.received_at < now - KEEP_DAYS)
    return len(session.execute(old.returning(CalendarReply.id)).all())
