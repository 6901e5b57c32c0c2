"""The tables of groups: a session with seats, who sits where, and who belongs to which weekly group."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from auth.people import Person
from foundation.columns import Id, UtcDateTime, new_id
from foundation.database import Base
from scheduling.recurrence import LocalDate
from scheduling.series_records import Series
from scheduling.services import Service


class GroupOccurrence(Base):
    """One session with seats. `taken` counts the seats of members and those kept by an offer.

    One of a weekly group has a `series_id` and its original local date; `exception`: moved by itself.
    """

    __tablename__ = "group_occurrence"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="forwards"),
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        CheckConstraint("status IN ('active', 'cancelled')", name="status"),
        UniqueConstraint("series_id", "series_date"),
        Index("ix_group_occurrence_practitioner_start", "practitioner_id", "starts_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    service_id: Mapped[str] = mapped_column(ForeignKey("service.id"))
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    series_id: Mapped[str | None] = mapped_column(ForeignKey(Series.id))
    series_date: Mapped[LocalDate | None]
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(10), default="active")
    exception: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    service: Mapped[Service] = relationship(lazy="joined", innerjoin=True)
    practitioner: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Seat(Base):
    """A member's seat in one session, once at most; the row goes when the seat is given back."""

    __tablename__ = "seat"

    occurrence_id: Mapped[str] = mapped_column(ForeignKey("group_occurrence.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    appointment_id: Mapped[str] = mapped_column(ForeignKey("appointment.id"), unique=True)


class Membership(Base):
    """A member of a weekly group, from one of its local dates until another, or for good."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint("until_date >= from_date", name="forwards"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    series_id: Mapped[str] = mapped_column(ForeignKey(Series.id), index=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    from_date: Mapped[date]
    until_date: Mapped[date | None]
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
