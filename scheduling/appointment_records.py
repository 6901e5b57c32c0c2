"""The table of appointments."""

from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auth.people import Person
from foundation.columns import Encrypted, Id, UtcDateTime, new_id
from foundation.database import Base
from scheduling.group_records import GroupOccurrence
from scheduling.recurrence import LocalDate
from scheduling.series_records import Series
from scheduling.services import Service


class Status(StrEnum):
    """FHIR R4 AppointmentStatus, those that are used here."""

    PROPOSED = "proposed"
    PENDING = "pending"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"


HAPPENED = frozenset({Status.ARRIVED, Status.FULFILLED, Status.NOSHOW})


class Appointment(Base):
    """One session of a member with a practitioner.

    `uid` names it in every calendar and never changes; `revision` rises with each change: its SEQUENCE.
    One of a series goes by the series' uid instead, and by `series_date`, its original local date (the
    RECURRENCE-ID); it is an `exception` once it was moved by itself. With an `occurrence_id` it is one
    member's seat in a group session. `override_reason` says why it was booked against the rules.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="forwards"),
        Index("ix_appointment_practitioner_start", "practitioner_id", "starts_at"),
        Index("ix_appointment_member_start", "member_id", "starts_at"),
        Index("ix_appointment_series", "series_id", "series_date"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    service_id: Mapped[str] = mapped_column(ForeignKey("service.id"))
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(10), default=Status.BOOKED.value)
    revision: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Encrypted("appointment.note"), default="")
    phone_fallback: Mapped[bool] = mapped_column(default=False)
    booked_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    cancelled_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    cancelled_late: Mapped[bool] = mapped_column(default=False)
    cancel_reason: Mapped[str] = mapped_column(Encrypted("appointment.cancel_reason"), default="")

    series_id: Mapped[str | None] = mapped_column(ForeignKey(Series.id))
    series_date: Mapped[LocalDate | None]
    exception: Mapped[bool] = mapped_column(default=False)
    occurrence_id: Mapped[str | None] = mapped_column(ForeignKey(GroupOccurrence.id), index=True)
    override_reason: Mapped[str | None] = mapped_column(Encrypted("appointment.override_reason"))

    service: Mapped[Service] = relationship(lazy="joined", innerjoin=True)
    practitioner: Mapped[Person] = relationship(foreign_keys=practitioner_id, lazy="joined", innerjoin=True)
    member: Mapped[Person] = relationship(foreign_keys=member_id, lazy="joined", innerjoin=True)

    series: Mapped[Series | None] = relationship(viewonly=True)

    @property
    def in_series(self) -> bool:
        """Whether it is one date of a member's series; a seat in a weekly group stands by itself."""
        return self.series_id is not None and self.occurrence_id is None

    @property
    def is_cancelled(self) -> bool:
        return self.status == Status.CANCELLED

    @property
    def parties(self) -> tuple[str, str]:
        """Who is told of every change: the member and the practitioner."""
        return self.member_id, self.practitioner_id
