"""The table of contacts that the staff have made with members."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base
from foundation.personal import explains, holds
from scheduling.aftercare.plan_records import PlannedContact


class Outcome(StrEnum):
    """How it went when somebody of the staff wrote or called."""

    REACHED = "reached"
    LEFT_WORD = "left_word"
    DECLINED = "declined"
    ESCALATE = "escalate"


class Checkup(Base):
    """One contact, or one try at it. `taken_back_at`: it was a slip of the finger, and counts no more."""

    __tablename__ = "checkup"
    __table_args__ = (Index("ix_checkup_member_at", "member_id", "at"), Index("ix_checkup_at", "at"))

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    planned_contact_id: Mapped[str | None] = mapped_column(
        ForeignKey(PlannedContact.id, ondelete="SET NULL"), index=True
    )
    outcome: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Encrypted("checkup.note"), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


holds(Checkup, "member_id", title="Contacts by the team", shows=("at", "by_id", "outcome", "note"))
explains(Checkup, "by_id", "whose work it was; the contact is the member's")
