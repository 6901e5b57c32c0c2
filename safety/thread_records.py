"""The tables of a private line: what is said between a person and who is with them, and a contact shown."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base


class ThreadMessage(Base):
    """One thing said on the private line of a flag, by the person or by the team."""

    __tablename__ = "safety_message"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    flag_id: Mapped[str] = mapped_column(ForeignKey("safety_flag.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    from_team: Mapped[bool]
    text: Mapped[str] = mapped_column(Encrypted("safety_message.text"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ContactReveal(Base):
    """One person asks to see a consented contact, another one agrees; both stand here for good."""

    __tablename__ = "contact_reveal"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    flag_id: Mapped[str] = mapped_column(ForeignKey("safety_flag.id"), index=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Encrypted("contact_reveal.reason"))
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agreed: Mapped[bool | None]
