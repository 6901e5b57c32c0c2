"""The tables of what repeats: a member's follow-ups, or a weekly group."""

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.columns import Id, UtcDateTime, new_id
from foundation.database import Base
from scheduling.recurrence import LocalDate, WeeklyRule


class Series(Base):
    """A weekly rule in local time, kept so that its dates can be told again when the zone data change.

    Its dates are rows: appointments of `member_id`, or group occurrences when there is no member. Each is
    keyed by its original local date. `uid` and `sequence` are what calendars know it by. `capacity` is how
    many seats the coming dates of a group have.
    """

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("minute_of_day BETWEEN 0 AND 1439", name="minute"),
        CheckConstraint("every_weeks BETWEEN 1 AND 12", name="every"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    service_id: Mapped[str] = mapped_column(ForeignKey("service.id"))
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    member_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(80), default="")
    timezone: Mapped[str] = mapped_column(String(60))
    weekday: Mapped[int]
    minute_of_day: Mapped[int]
    minutes: Mapped[int]
    every_weeks: Mapped[int] = mapped_column(default=1)
    first_date: Mapped[date]
    until_date: Mapped[date | None]
    sequence: Mapped[int] = mapped_column(default=0)
    capacity: Mapped[int | None]
    booked_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    shifts: Mapped[list["SeriesShift"]] = relationship(lazy="selectin", order_by="SeriesShift.from_date")

    @property
    def rule(self) -> WeeklyRule:
        """The rule as it was first agreed; `shifts` say what is different from which date on."""
        return WeeklyRule(
            self.timezone,
            self.weekday,
            self.minute_of_day,
            self.minutes,
            self.first_date,
            self.until_date,
            self.every_weeks,
        )


class SeriesShift(Base):
    """From the original local date `from_date` on, so many days later, at another local time."""

    __tablename__ = "series_shift"

    series_id: Mapped[str] = mapped_column(ForeignKey("series.id"), primary_key=True)
    from_date: Mapped[LocalDate] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(default=0)
    minute_of_day: Mapped[int]
