"""The table of those who wait for a time, or for a seat."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.columns import Id, Json, UtcDateTime, new_id
from foundation.database import Base
from scheduling.services import Service


class WaitState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    LEFT = "left"


class WaitlistEntry(Base):
    """Waiting for a service: with one practitioner or any, for one group session, or for a weekly group.

    While `offered`, the time `starts_at` with `offered_practitioner_id` is kept until `expires_at`: by the
    occupancy row `offer_id`, or by a seat in each of the group sessions `kept`. That row has no time of its
    own at which it ends: the time stays taken until it is passed on. Who lets an offer pass waits on, behind
    those who have not been asked (`asked_at`), and is not asked for the same time twice (`passed`).
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (Index("ix_waitlist_entry_service_state", "service_id", "state", "created_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    service_id: Mapped[str] = mapped_column(ForeignKey("service.id"))
    practitioner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    occurrence_id: Mapped[str | None] = mapped_column(ForeignKey("group_occurrence.id"))
    series_id: Mapped[str | None] = mapped_column(ForeignKey("series.id"))
    until_date: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10), default=WaitState.WAITING.value)
    offer_id: Mapped[str | None] = mapped_column(ForeignKey("occupancy.id"))
    offered_practitioner_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    offered_occurrence_id: Mapped[str | None] = mapped_column(ForeignKey("group_occurrence.id"))
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offers: Mapped[int] = mapped_column(default=0)
    kept: Mapped[list[str]] = mapped_column(Json, default=list)
    passed: Mapped[list[str]] = mapped_column(Json, default=list)
    appointment_id: Mapped[str | None] = mapped_column(ForeignKey("appointment.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    service: Mapped[Service] = relationship(lazy="joined", innerjoin=True)
