"""A practitioner's working hours: weekly windows and date overrides, local to one zone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby, pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from auth.people import checked_zone, find_person
from foundation import audit
from foundation.columns import Id, Json, UtcDateTime, new_id
from foundation.database import Base, lock
from foundation.errors import DomainError
from scheduling.availability import Override, Range, Window
from scheduling.limits import Limits
from scheduling.recurrence import LocalDate

_DAY = 1440
_WEEK = 7
_MOST_RANGES = 200
_MOST_OVERRIDES = 1000
_MOST_SESSIONS = 1000


class BadHours(DomainError):
    """Hours that cannot be kept: backwards, overlapping, or in no known time zone."""

    code: ClassVar[str] = "bad_hours"
    default: ClassVar[str] = "These hours do not fit together. Each must end after it starts."


class StaleHours(DomainError):
    """Somebody saved other hours since these were read."""

    code: ClassVar[str] = "stale"
    default: ClassVar[str] = "These hours were changed meanwhile. Look at them again, then save."


class Schedule(Base):
    """The zone that a practitioner's hours are local to; `revision` counts the saves.

    The limits are sessions a local day and a local week, Monday first; None is no limit.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        CheckConstraint("daily_limit > 0", name="daily"),
        CheckConstraint("weekly_limit > 0", name="weekly"),
    )

    practitioner_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    timezone: Mapped[str] = mapped_column(String(60))
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    daily_limit: Mapped[int | None]
    weekly_limit: Mapped[int | None]


class WeeklyHours(Base):
    __tablename__ = "weekly_hours"
    __table_args__ = (CheckConstraint("start_minute < end_minute", name="forwards"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    practitioner_id: Mapped[str] = mapped_column(ForeignKey("schedule.practitioner_id"), index=True)
    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]


class DateOverride(Base):
    __tablename__ = "date_override"

    practitioner_id: Mapped[str] = mapped_column(ForeignKey("schedule.practitioner_id"), primary_key=True)
    date: Mapped[LocalDate] = mapped_column(primary_key=True)
    ranges: Mapped[list[list[int]]] = mapped_column(Json)


@dataclass(frozen=True)
class Hours:
    """Weekly windows and overrides in `timezone`; with a `revision`, saving refuses if another came first.

    The limits are sessions a local day, and a local week from Monday on; None is no limit.
    """

    timezone: str
    windows: tuple[Window, ...] = ()
    overrides: tuple[Override, ...] = ()
    revision: int | None = None
    daily_limit: int | None = None
    weekly_limit: int | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def limits(self) -> Limits:
        return Limits(self.daily_limit, self.weekly_limit)


def load_hours(session: Session, practitioner_id: str) -> Hours:
    """One practitioner's hours; none yet means no windows, in the person's own zone."""
    found = load_many(session, [practitioner_id])
    return found.get(practitioner_id) or Hours(find_person(session, practitioner_id).timezone, revision=0)


def load_many(
    session: Session, practitioner_ids: Sequence[str], first: date = date.min, last: date = date.max
) -> dict[str, Hours]:
    """The hours of those who have any, with the overrides from `first` to `last`: two range queries."""
    overrides = _overrides(session, practitioner_ids, first, last)
    found: dict[str, Hours] = {}
    for one, timezone, limits, windows in _schedules(session, practitioner_ids):
        found[one] = Hours(timezone, windows, tuple(overrides.get(one, ())), *limits)
    return found


def save_hours(session: Session, practitioner_id: str, hours: Hours, *, now: datetime, by: str) -> None:
    """Replace all hours; what is booked stays booked. Raises BadHours, BadZone, StaleHours."""
    _check(hours)
    lock(session, f"hours:{practitioner_id}")
    _raise_revision(session, practitioner_id, hours, now)
    for table in (WeeklyHours, DateOverride):
        session.execute(delete(table).where(table.practitioner_id == practitioner_id))
    session.add_all(
        WeeklyHours(practitioner_id=practitioner_id, **asdict(window)) for window in hours.windows
    )
    session.add_all(_override_row(practitioner_id, override) for override in hours.overrides)
    session.flush()
    audit.record(session, actor=by, action="hours.save", kind="schedule", object_id=practitioner_id, now=now)


def _raise_revision(session: Session, practitioner_id: str, hours: Hours, now: datetime) -> None:
    schedule = session.get(Schedule, practitioner_id)
    if hours.revision is not None and hours.revision != (schedule.revision if schedule else 0):
        raise StaleHours
    if schedule is None:
        schedule = Schedule(practitioner_id=practitioner_id, revision=0)
        session.add(schedule)
    schedule.timezone, schedule.changed_at = hours.timezone, now
    schedule.daily_limit, schedule.weekly_limit = hours.daily_limit, hours.weekly_limit
    schedule.revision += 1
    session.flush()


def _override_row(practitioner_id: str, override: Override) -> DateOverride:
    ranges = [list(one) for one in override.ranges]
    return DateOverride(practitioner_id=practitioner_id, date=override.date, ranges=ranges)


def _schedules(
    session: Session, practitioner_ids: Sequence[str]
) -> Iterator[tuple[str, str, tuple[int, int | None, int | None], tuple[Window, ...]]]:
    """Whose, the zone, the revision with both limits, and the weekly windows, of each schedule."""
    head = (Schedule.practitioner_id, Schedule.timezone)
    numbers = (Schedule.revision, Schedule.daily_limit, Schedule.weekly_limit)
    week = (WeeklyHours.weekday, WeeklyHours.start_minute, WeeklyHours.end_minute)
    same = WeeklyHours.practitioner_id == Schedule.practitioner_id
    joined = select(*head, *numbers, *week).outerjoin(WeeklyHours, same)
    theirs = joined.where(Schedule.practitioner_id.in_(practitioner_ids))
    rows = session.execute(theirs.order_by(Schedule.practitioner_id, *week))
    for (one, timezone, *counted), group in groupby(rows, key=lambda row: row[:5]):
        windows = tuple(Window(*row[5:]) for row in group if row[5] is not None)
        yield one, timezone, (counted[0], counted[1], counted[2]), windows


def _overrides(
    session: Session, practitioner_ids: Sequence[str], first: date, last: date
) -> dict[str, list[Override]]:
    table = DateOverride
    rows = select(table.practitioner_id, table.date, table.ranges).order_by(table.date)
    found: dict[str, list[Override]] = {}
    wanted = table.practitioner_id.in_(practitioner_ids), table.date.between(first, last)
    for one, day, ranges in session.execute(rows.where(*wanted)):
        found.setdefault(one, []).append(Override(day, tuple((start, end) for start, end in ranges)))
    return found


def _check(hours: Hours) -> None:
    checked_zone(hours.timezone)
    given = [most for most in (hours.daily_limit, hours.weekly_limit) if most is not None]
    if not all(1 <= most <= _MOST_SESSIONS for most in given):
        raise BadHours("A limit is a whole number from 1 on. Leave it empty for none.")
    if len(hours.windows) > _MOST_RANGES or len(hours.overrides) > _MOST_OVERRIDES:
        raise BadHours("That is more than a calendar can hold. Take some out.")
    for weekday in {window.weekday for window in hours.windows}:
        if not 0 <= weekday < _WEEK:
            raise BadHours("A weekday is a number from 0, Monday, to 6, Sunday.")
        _check_ranges((w.start_minute, w.end_minute) for w in hours.windows if w.weekday == weekday)
    if len({override.date for override in hours.overrides}) < len(hours.overrides):
        raise BadHours("One date is there twice. Keep one of the two.")
    for override in hours.overrides:
        _check_ranges(override.ranges)


def _check_ranges(ranges: Iterable[Range]) -> None:
    ordered = sorted(ranges)
    for start, end in ordered:
        if not (0 <= start < _DAY and start < end <= start + _DAY):
            raise BadHours("Each time must end after it starts, within a day. After midnight is fine.")
    if any(following[0] < earlier[1] for earlier, following in pairwise(ordered)):
        raise BadHours("Two times on the same day overlap. Make one of them shorter, or join them.")
