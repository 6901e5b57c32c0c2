"""The table of members who were asked to choose a time of a service that goes by invitation."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.columns import UtcDateTime
from foundation.database import Base


class ServiceInvitation(Base):
    """This member may book this service, until it is taken back."""

    __tablename__ = "service_invitation"

    service_id: Mapped[str] = mapped_column(ForeignKey("service.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    invited_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[datetime] = mapped_column(UtcDateTime)
