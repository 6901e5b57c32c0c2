"""What an installation's own people switch on and off, beyond the settings of its operator."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import UtcDateTime
from foundation.database import Base

LONGEST = 200


class HouseSetting(Base):
    """One named value; a name without a row is as it was delivered."""

    __tablename__ = "house_setting"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(LONGEST))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


def house_setting(session: Session, name: str) -> str:
    """The value, or nothing."""
    row = session.get(HouseSetting, name)
    return row.value if row else ""


def set_house(session: Session, name: str, value: str, *, now: datetime) -> None:
    """Keep a value of up to 200 letters; an empty one switches off."""
    row = session.get(HouseSetting, name) or HouseSetting(name=name)
    row.value, row.changed_at = value, now
    session.add(row)
    session.flush()
