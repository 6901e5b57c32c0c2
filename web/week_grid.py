"""A week as columns of entries that CSS classes can place: hour, quarter, length, lane. Pure.

A quarter of an hour is the smallest step on screen. What crosses midnight is drawn on both days.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_QUARTERS = 96
_SHORTEST = 2
_MOST_LANES = 3
_SATURDAY = 5
SHUT = "shut"
BACKGROUND = frozenset({"off", SHUT})


@dataclass(frozen=True)
class Entry:
    """Something that takes time in the week. `kind` is the mock's data-kind; words are ready to show.

    `move` is the page that asks before it is moved, if it can be; `spoken` is what is said of it then.
    `beside` stands in a lane with what overlaps it, so that its words are not hidden behind an appointment.
    """

    starts_at: datetime
    ends_at: datetime
    title: str
    kind: str = ""
    icon: str = ""
    note: str = ""
    href: str = ""
    clock: str = ""
    move: str = ""
    spoken: str = ""
    is_person: bool = False
    beside: bool = False

    @property
    def is_background(self) -> bool:
        """Time that is not worked: drawn behind everything, and it takes no lane."""
        return self.kind in BACKGROUND


@dataclass(frozen=True)
class Placed:
    """An entry's part on one day: quarters of the local wall clock, and its lane among overlapping ones.

    `is_rest` marks what began the day before.
    """

    entry: Entry
    quarter: int
    length: int
    lane: int = 1
    lanes: int = 1
    is_rest: bool = False

    @property
    def classes(self) -> str:
        hour, quarter = divmod(self.quarter, 4)
        names = [f"h{hour}", f"d{self.length}"]
        names += [f"q{quarter}"] if quarter else []
        names += [f"lane{self.lane}of{self.lanes}"] if self.lanes > 1 else []
        return " ".join(names)


@dataclass(frozen=True)
class Column:
    date: date
    placed: tuple[Placed, ...]

    @property
    def said(self) -> tuple[Placed, ...]:
        """What has words: without the mere shading of hours that are not worked."""
        return tuple(part for part in self.placed if part.entry.kind != SHUT)


@dataclass(frozen=True)
class Week:
    """Columns Monday first; `from_hour` to `until_hour` is what the drawing covers."""

    columns: tuple[Column, ...]
    from_hour: int
    until_hour: int

    @property
    def hours(self) -> range:
        return range(self.from_hour, self.until_hour)


def monday_of(day: date) -> date:
    return day - _DAY * day.weekday()


def week_of(
    entries: Sequence[Entry], monday: date, zone: ZoneInfo, *, usual: tuple[int, int] = (8, 18)
) -> Week:
    """The seven days from `monday`; an unused weekend is left out, unused hours outside `usual` too."""
    columns = [_column(entries, monday + _DAY * number, zone) for number in range(7)]
    used = [column for column in columns if column.date.weekday() < _SATURDAY or _taken(column)]
    return _drawn(used, usual)


def day_of(entries: Sequence[Entry], day: date, zone: ZoneInfo, *, usual: tuple[int, int] = (8, 18)) -> Week:
    """A single day, drawn like a week of one."""
    return _drawn([_column(entries, day, zone)], usual)


def _drawn(used: Sequence[Column], usual: tuple[int, int]) -> Week:
    placed = [part for column in used for part in _taken(column)]
    first = min([usual[0], *(part.quarter // 4 for part in placed)])
    last = max([usual[1], *(-(-(part.quarter + part.length) // 4) for part in placed)])
    return Week(tuple(_cut(column, first * 4, last * 4) for column in used), first, last)


def _column(entries: Iterable[Entry], day: date, zone: ZoneInfo) -> Column:
    parts = [part for entry in entries if (part := _part(entry, day, zone))]
    before = [part for part in parts if not part.entry.is_background]
    beside = [part for part in parts if part.entry.beside and any(_overlap(part, one) for one in before)]
    behind = [part for part in parts if part.entry.is_background and part not in beside]
    return Column(day, (*behind, *_in_lanes([*before, *beside])))


def _overlap(part: Placed, other: Placed) -> bool:
    return part.quarter < other.quarter + other.length and other.quarter < part.quarter + part.length


def _taken(column: Column) -> list[Placed]:
    return [part for part in column.placed if not part.entry.is_background]


def _part(entry: Entry, day: date, zone: ZoneInfo) -> Placed | None:
    opens, closes = _midnight(day, zone), _midnight(day + _DAY, zone)
    if entry.ends_at <= opens or entry.starts_at >= closes:
        return None
    first = 0 if entry.starts_at <= opens else _quarter(entry.starts_at, zone)
    last = _QUARTERS if entry.ends_at >= closes else _nearest_quarter(entry.ends_at, zone)
    first = min(first, _QUARTERS - _SHORTEST)
    return Placed(entry, first, max(last - first, _SHORTEST), is_rest=entry.starts_at < opens)


def _cut(column: Column, first: int, last: int) -> Column:
    """Hatched time is drawn only where there is a drawing."""
    return Column(column.date, tuple(part for one in column.placed if (part := _clipped(one, first, last))))


def _clipped(part: Placed, first: int, last: int) -> Placed | None:
    start, end = max(part.quarter, first), min(part.quarter + part.length, last)
    return replace(part, quarter=start, length=end - start) if end > start else None


def _in_lanes(parts: list[Placed]) -> list[Placed]:
    """Overlapping entries side by side: each takes the first lane that is free when it begins."""
    found: list[Placed] = []
    group: list[Placed] = []
    reaches = 0
    for part in sorted(parts, key=lambda one: (one.quarter, -one.length)):
        if group and part.quarter >= reaches:
            found += _shared(group)
            group = []
        reaches = max(reaches if group else 0, part.quarter + part.length)
        group.append(part)
    return found + _shared(group)


def _shared(group: list[Placed]) -> list[Placed]:
    ends: list[int] = []
    lanes: list[int] = []
    for part in group:
        lane = next((number for number, end in enumerate(ends) if end <= part.quarter), len(ends))
        ends[lane : lane + 1] = [part.quarter + part.length]
        lanes.append(min(lane, _MOST_LANES - 1))
    width = min(len(ends), _MOST_LANES)
    return [replace(part, lane=lane + 1, lanes=width) for part, lane in zip(group, lanes, strict=True)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def _quarter(instant: datetime, zone: ZoneInfo) -> int:
    local = instant.astimezone(zone)
    return (local.hour * 60 + local.minute) // 15


def _nearest_quarter(instant: datetime, zone: ZoneInfo) -> int:
    local = instant.astimezone(zone)
    return (local.hour * 60 + local.minute + 7) // 15
