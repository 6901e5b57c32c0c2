"""Looking through other programs' meetings: those that begin within a span, by words, type, language.

A meeting is weekly in its own zone. So the span is turned into days and minutes of each zone there is, and
the index of (zone, day, minute) finds them; only what is shown is loaded whole.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from foundation.zones import find_zone
from scheduling.availability import Interval
from scheduling.meeting_guide.records import DirectoryMeeting
from scheduling.meeting_guide.types import CHOICES, IN_PERSON, ONLINE, tag
from scheduling.recurrence import lenient_local

_MOST_WORDS = 6
_DAY_MINUTES = 1440
_WEEK = 7


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty parts ask for nothing. `span` is at most a day long."""

    span: Interval
    words: str = ""
    kind: str = ""
    language: str = ""
    where: str = ""

    @property
    def plain_words(self) -> list[str]:
        return self.words.casefold().split()[:_MOST_WORDS]


@dataclass(frozen=True)
class Found:
    meeting: DirectoryMeeting
    starts_at: datetime

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.meeting.minutes)


def look(session: Session, wanted: Wanted, *, now: datetime, limit: int, skip: int = 0) -> list[Found]:
    """Those that begin within the span and are not over, by time, then by name."""
    when = _when(session, wanted.span)
    if when is None:
        return []
    table = DirectoryMeeting
    columns = table.id, table.timezone, table.day, table.minute, table.minutes, table.name
    rows = session.execute(select(*columns).where(when, *_filters(wanted))).all()
    timed = sorted(
        (starts_at, name, number)
        for number, zone, day, minute, minutes, name in rows
        for starts_at in [_begins(zone, day, minute, wanted.span)]
        if starts_at is not None and starts_at + timedelta(minutes=minutes) > now
    )
    return _loaded(session, [(number, starts_at) for starts_at, _, number in timed[skip : skip + limit]])


def _loaded(session: Session, chosen: Sequence[tuple[int, datetime]]) -> list[Found]:
    wanted = select(DirectoryMeeting).where(DirectoryMeeting.id.in_([number for number, _ in chosen]))
    by_id = {one.id: one for one in session.scalars(wanted)}
    return [Found(by_id[number], starts_at) for number, starts_at in chosen]


def _when(session: Session, span: Interval) -> ColumnElement[bool] | None:
    """Zones whose clocks agree are asked for together: SQLite takes no thousand conditions."""
    zones = session.scalars(select(DirectoryMeeting.timezone).distinct())
    agreeing: dict[tuple[date, int, int], list[str]] = defaultdict(list)
    for zone in zones:
        for part in _days(span, find_zone(zone)):
            agreeing[part].append(zone)
    conditions = [
        and_(
            DirectoryMeeting.timezone.in_(names),
            DirectoryMeeting.day == _sunday_first(day),
            DirectoryMeeting.minute >= first,
            DirectoryMeeting.minute <= last,
        )
        for (day, first, last), names in agreeing.items()
    ]
    return or_(*conditions) if conditions else None


def _days(span: Interval, zone: ZoneInfo) -> Iterator[tuple[date, int, int]]:
    """Each local date that the span touches, with the first and the last minute of it."""
    start, end = (one.astimezone(zone) for one in span)
    day = start.date()
    while day <= end.date():
        first = _minute(start) if day == start.date() else 0
        last = _minute(end) if day == end.date() else _DAY_MINUTES
        yield day, first, last
        day += timedelta(days=1)


def _begins(zone: str, day: int, minute: int, span: Interval) -> datetime | None:
    for on, _first, _last in _days(span, find_zone(zone)):
        if _sunday_first(on) == day:
            starts_at = lenient_local(on, minute, find_zone(zone))
            if span[0] <= starts_at < span[1]:
                return starts_at
    return None


def _filters(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for word in wanted.plain_words:
        yield DirectoryMeeting.searched.contains(word, autoescape=True)
    if wanted.kind in CHOICES:
        yield or_(*(_tagged(tag(*pair)) for pair in CHOICES[wanted.kind]))
    if wanted.language:
        yield _tagged(f"language:{wanted.language}")
    if wanted.where in {ONLINE, IN_PERSON}:
        yield _tagged(wanted.where)


def _tagged(name: str) -> ColumnElement[bool]:
    return DirectoryMeeting.tags.contains(f" {name} ", autoescape=True)


def _sunday_first(day: date) -> int:
    return (day.weekday() + 1) % _WEEK


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute
