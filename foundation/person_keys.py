"""A key for each person: what is sealed with it opens nowhere any more once it is destroyed."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from foundation.columns import Id, UtcDateTime
from foundation.database import Base
from foundation.personal import explains


class PersonKey(Base):
    """Somebody's key, itself sealed with the house's."""

    __tablename__ = "person_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    owner_id: Mapped[str] = mapped_column(Id, index=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


explains(PersonKey, "owner_id", "a key opens what is told elsewhere; it is destroyed with the account")


def destroy_keys(session: Session, person_id: str) -> None:
    """Whatever was sealed with them does not open any more, here or in any backup."""
    session.execute(delete(PersonKey).where(PersonKey.owner_id == person_id))
