"""The table of time that a practitioner keeps for themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base


class TimeBlock(Base):
    """A range of a practitioner's time that nobody can book; its occupancy row has the times."""

    __tablename__ = "time_block"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    occupancy_id: Mapped[str] = mapped_column(ForeignKey("occupancy.id"), unique=True)
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(Encrypted("time_block.title"), default="")
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
