"""The table of time that a practitioner keeps for themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base
from scheduling.occupancy import Occupancy


class TimeBlock(Base):
    """A range of a practitioner's time that nobody can book; its occupancy row has the times.

    A removed one stays, its occupancy released, so that removing can be undone. Only the practitioner
    reads the title.
    """

    __tablename__ = "time_block"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    occupancy_id: Mapped[str] = mapped_column(ForeignKey("occupancy.id"), unique=True)
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(Encrypted("time_block.title"), default="")
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    taken: Mapped[Occupancy] = relationship(lazy="joined", innerjoin=True)

    @property
    def starts_at(self) -> datetime:
        return self.taken.starts_at

    @property
    def ends_at(self) -> datetime:
        return self.taken.ends_at

    @property
    def is_removed(self) -> bool:
        return self.taken.status == "released"
