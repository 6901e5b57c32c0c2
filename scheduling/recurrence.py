"""A weekly rule in local time and its exceptions, turned into instants. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar, TypeAlias
from zoneinfo import ZoneInfo

from foundation.errors import DomainError

LocalDate: TypeAlias = date

_DAY = timedelta(days=1)


class NonExistentTime(DomainError):
    """The clocks jump over this local time."""

    code: ClassVar[str] = "no_such_time"
    default: ClassVar[str] = "The clocks go forward over that time, so that day lacks it. Choose another."


@dataclass(frozen=True)
class WeeklyRule:
    """Every `interval` weeks on `weekday` (0 is Monday) at `minute_of_day`, local to `timezone`.

    Dates run from `first` to `until`, both included. `minutes` is how long it really takes.
    """

    timezone: str
    weekday: int
    minute_of_day: int
    minutes: int
    first: date
    until: date | None = None
    interval: int = 1


@dataclass(frozen=True)
class Change:
    """An exception for the occurrence whose original local date is `date`."""

    date: LocalDate
    cancelled: bool = False
    new_date: LocalDate | None = None
    new_minute: int | None = None


@dataclass(frozen=True)
class Instant:
    """One occurrence; `date` is its original local date (the RECURRENCE-ID), whatever moved."""

    date: LocalDate
    starts_at: datetime
    ends_at: datetime
    moved: bool = False
    cancelled: bool = False


def resolve_local(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local time; the first of two when the clocks go back.

    Raises NonExistentTime when the clocks jump over it.
    """
    instant = lenient_local(day, minute, zone)
    if instant.astimezone(zone).replace(tzinfo=None) != _wall(day, minute):
        raise NonExistentTime
    return instant


def lenient_local(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Like `resolve_local`, but a skipped time counts with the offset before the jump (RFC 5545, 3.3.5)."""
    return _wall(day, minute).replace(tzinfo=zone).astimezone(UTC)


def occurrences(rule: WeeklyRule, changes: Sequence[Change], start: datetime, end: datetime) -> list[Instant]:
    """What of the rule takes place, even partly, within [start, end), by time; cancelled ones are marked."""
    by_date = {change.date: change for change in changes}
    zone = ZoneInfo(rule.timezone)
    margin = _DAY * (2 + rule.minutes // 1440)
    regular = _dates(rule, (start - margin).date(), (end + margin).date())
    days = {*regular, *(day for day in by_date if _is_due(rule, day))}
    found = (_instant(rule, day, by_date.get(day), zone) for day in days)
    return sorted((one for one in found if one.starts_at < end and one.ends_at > start), key=_by_time)


def is_occurrence(rule: WeeklyRule, day: date) -> bool:
    """Whether the rule itself, without exceptions, falls on that local date."""
    return _is_due(rule, day)


def first_due(rule: WeeklyRule) -> date:
    """The rule's first local date: its weekday on or after `first`."""
    """The first local date that the rule falls on, whether before `until` or not."""
    return rule.first + _DAY * ((rule.weekday - rule.first.weekday()) % 7)


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def _is_due(rule: WeeklyRule, day: date) -> bool:
    since = (day - first_due(rule)).days
    return since >= 0 and since % (7 * rule.interval) == 0 and (rule.until is None or day <= rule.until)


def _dates(rule: WeeklyRule, first: date, last: date) -> Iterator[date]:
    stride = timedelta(weeks=rule.interval)
    due = first_due(rule)
    if first > due:
        due += stride * -((due - first) // stride)
    last = min(last, rule.until) if rule.until else last
    while due <= last:
        yield due
        due += stride


def _instant(rule: WeeklyRule, day: date, change: Change | None, zone: ZoneInfo) -> Instant:
    change = change or Change(day)
    to_day = change.new_date or day
    to_minute = rule.minute_of_day if change.new_minute is None else change.new_minute
    starts_at = lenient_local(to_day, to_minute, zone)
    moved = (to_day, to_minute) != (day, rule.minute_of_day)
    return Instant(day, starts_at, starts_at + timedelta(minutes=rule.minutes), moved, change.cancelled)


def _by_time(one: Instant) -> tuple[datetime, date]:
    return one.starts_at, one.date
