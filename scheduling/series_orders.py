"""An order for a series, and the local dates that it asks for. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from scheduling.openings import SERIES_LENGTH
from scheduling.recurrence import NonExistentTime, lenient_local, resolve_local
from scheduling.refusals import NotASlot
from scheduling.series_refusals import BadSeries

OnConflict: TypeAlias = Literal["fail", "skip"]

MOST_DATES = 53
_MOST_WEEKS = 12


@dataclass(frozen=True)
class BookSeries:
    """`count` sessions, every so many weeks at the local time of `starts_at` in the practitioner's zone.

    `skip` are dates to leave out, `moved` gives dates another time; both by the original local date. With
    `on_conflict` "skip", dates that cannot be had are left out. With a `key`, sending it again gives the
    first series. The caller checks who may. The first date of a care plan's rhythm is not `is_bound` by the
    service's horizon.
    """

    service_id: str
    practitioner_id: str
    member_id: str
    starts_at: datetime
    count: int
    booked_by: str
    every_weeks: int = 1
    skip: frozenset[date] = frozenset()
    moved: Mapping[date, datetime] = field(default_factory=dict)
    on_conflict: OnConflict = "fail"
    note: str = ""
    phone_fallback: bool = False
    key: str | None = None
    override: str = ""
    is_bound: bool = True

    @property
    def request(self) -> str:
        """The contents, to tell a repeated request from another one."""
        contents = asdict(self) | {
            "starts_at": self.starts_at.astimezone(UTC).isoformat(),
            "skip": sorted(day.isoformat() for day in self.skip),
            "moved": {day.isoformat(): at.astimezone(UTC).isoformat() for day, at in self.moved.items()},
        }
        return json.dumps(
            {name: contents[name] for name in contents if name not in {"key", "is_bound"}}, sort_keys=True
        )


@dataclass(frozen=True)
class Due:
    """One date that is wanted. `exists` is false where the clocks jump over its local time."""

    date: date
    starts_at: datetime
    exists: bool = True
    moved: bool = False
    left_out: bool = False


def local_start(starts_at: datetime, zone: ZoneInfo) -> tuple[date, int]:
    """The local date and minute of the day. Raises NotASlot for less than a whole minute."""
    local = starts_at.astimezone(zone)
    if local.second or local.microsecond:
        raise NotASlot("Choose a whole minute.")
    return local.date(), local.hour * 60 + local.minute


def dues_of(order: BookSeries, zone: ZoneInfo) -> list[Due]:
    """The dates of the order, those left out too, in order. Raises BadSeries, NotASlot."""
    _check(order)
    first, minute = local_start(order.starts_at, zone)
    days = [first + timedelta(weeks=order.every_weeks) * number for number in range(order.count)]
    require_dates(days, order.skip, order.moved)
    return [due_on(day, day, minute, zone, order.skip, order.moved) for day in days]


def require_dates(days: list[date], skip: frozenset[date], moved: Mapping[date, datetime]) -> None:
    """Raises BadSeries when what is skipped or moved is no date of the series, or nothing is left."""
    if not {*skip, *moved} <= set(days):
        raise BadSeries("One of the dates to leave out or to move is none of the series. Start again.")
    if skip >= set(days):
        raise BadSeries("Every date is left out, so nothing is left to do. Keep at least one.")


def due_on(
    original: date,
    day: date,
    minute: int,
    zone: ZoneInfo,
    skip: frozenset[date],
    moved: Mapping[date, datetime],
) -> Due:
    """What is wanted for the date known as `original`: `day` at `minute`, unless it is moved or left out."""
    if original in moved:
        return Due(original, moved[original].astimezone(UTC), moved=True, left_out=original in skip)
    try:
        return Due(original, resolve_local(day, minute, zone), left_out=original in skip)
    except NonExistentTime:
        return Due(original, lenient_local(day, minute, zone), exists=False, left_out=original in skip)


def _check(order: BookSeries) -> None:
    if not (1 < order.count <= MOST_DATES and 1 <= order.every_weeks <= _MOST_WEEKS):
        raise BadSeries
    if timedelta(weeks=order.every_weeks) * (order.count - 1) > SERIES_LENGTH:
        raise BadSeries
