"""From events to the time they take: repeated, moved and left out as RFC 5545 section 3.8.4.4 says. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduling.calendars.importing.components import Component, listed
from scheduling.calendars.importing.known_zones import UTC_ZONE
from scheduling.calendars.importing.refusals import Unreadable
from scheduling.calendars.importing.rules import last_of_day, occurrences, read_rule
from scheduling.calendars.importing.times import Length, When, ZoneOf, read_length, read_period, read_when

Span = tuple[int, int]
_ROOM = timedelta(days=2)


@dataclass
class Taken:
    """Spans of time in seconds since 1970, whole days apart; `unreadable` entries were passed over."""

    timed: list[Span] = field(default_factory=list)
    whole_days: list[Span] = field(default_factory=list)
    unreadable: int = 0


@dataclass(frozen=True)
class Window:
    """What is looked at: seconds since 1970."""

    start: int
    end: int

    def cut(self, span: Span) -> Span | None:
        start, end = max(span[0], self.start), min(span[1], self.end)
        return (start, end) if start < end else None


def time_taken(
    events: Iterable[Component], freebusy: Iterable[Component], zone_of: ZoneOf, window: Window
) -> Taken:
    """All that is busy within the window. Raises CalendarRefused for rules that are not taken."""
    taken = Taken()
    for group in _by_uid(events):
        _take_group(group, zone_of, window, taken)
    for one in freebusy:
        _attempt(_periods(one, zone_of), False, window, taken)
    return taken


def _by_uid(events: Iterable[Component]) -> list[list[Component]]:
    """An event and what is different about some of its dates; events without a UID stand alone."""
    groups: dict[str, list[Component]] = defaultdict(list)
    for number, event in enumerate(events):
        uid = event.one("UID")
        groups[uid.value.strip() if uid else f"\0{number}"].append(event)
    return list(groups.values())


def _take_group(group: list[Component], zone_of: ZoneOf, window: Window, taken: Taken) -> None:
    moved: set[int] = set()
    for event in group:
        written = event.one("RECURRENCE-ID")
        if written is None:
            continue
        try:
            moved.add(read_when(written.value, written.parameters, zone_of, UTC_ZONE).instant)
        except Unreadable:
            taken.unreadable += 1
    for event in group:
        if not is_busy(event):
            continue
        try:
            reading = _Event(event, zone_of)
        except Unreadable:
            taken.unreadable += 1
            continue
        _attempt(reading.spans(window, moved), reading.is_whole_day, window, taken)


def _attempt(spans: Iterator[Span], is_whole_day: bool, window: Window, taken: Taken) -> None:
    kept = taken.whole_days if is_whole_day else taken.timed
    try:
        kept.extend(cut for span in spans if (cut := window.cut(span)) is not None)
    except (Unreadable, ValueError, OverflowError):
        taken.unreadable += 1


def is_busy(event: Component) -> bool:
    """Not what is cancelled, and not what its owner marked as free."""
    return (
        event.word("STATUS") != "CANCELLED"
        and event.word("TRANSP") != "TRANSPARENT"
        and event.word("X-MICROSOFT-CDO-BUSYSTATUS") != "FREE"
    )


class _Event:
    """One VEVENT: where it begins, how long it lasts, when it comes again. Raises Unreadable."""

    def __init__(self, event: Component, zone_of: ZoneOf) -> None:
        self._event, self._zone_of = event, zone_of
        written = event.one("DTSTART")
        if written is None:
            raise Unreadable("no DTSTART")
        self.start = read_when(written.value, written.parameters, zone_of, UTC_ZONE)
        self.is_whole_day = self.start.is_date or event.word("X-MICROSOFT-CDO-ALLDAYEVENT") == "TRUE"
        self.length = self._length()
        self._repeats = event.one("RECURRENCE-ID") is None

    def spans(self, window: Window, moved: set[int]) -> Iterator[Span]:
        """Each time it takes; `moved` instants are told by others of its UID."""
        left_out_days, left_out = self._left_out()
        skip = left_out | moved if self._repeats else set()
        for start in self._starts(window):
            at = start.instant
            if at not in skip and start.wall.date() not in left_out_days:
                yield at, self.length.after(start)
        for span in self._extra_periods() if self._repeats else ():
            if span[0] not in skip:
                yield span

    def _length(self) -> Length:
        written, lasts = self._event.one("DTEND"), self._event.one("DURATION")
        if written is not None:
            return self._until(read_when(written.value, written.parameters, self._zone_of, UTC_ZONE))
        if lasts is not None:
            return read_length(lasts)
        return Length(days=1) if self.start.is_date else Length()

    def _until(self, end: When) -> Length:
        """Whole days by the calendar, everything else in exact seconds."""
        if end.instant < self.start.instant:
            raise Unreadable("it ends before it begins")
        if self.is_whole_day and self.start.wall.time() == end.wall.time():
            return Length(days=max(1, (end.wall.date() - self.start.wall.date()).days))
        return Length(seconds=end.instant - self.start.instant)

    def _starts(self, window: Window) -> Iterator[When]:
        found = {self.start.wall}
        if self._repeats:
            for rule in self._event.all("RRULE"):
                found.update(self._ruled(rule.value, window))
            found.update(self._extra_dates())
        for wall in sorted(found):
            yield When(wall, self.start.zone, self.start.is_date)

    def _ruled(self, text: str, window: Window) -> Iterator[datetime]:
        rule = read_rule(text)
        if "until" in rule:
            rule["until"] = self._last(rule["until"])
        zone = self.start.zone
        lasts = timedelta(days=self.length.days, seconds=self.length.seconds)
        first, last = zone.wall(window.start) - lasts - _ROOM, zone.wall(window.end) + _ROOM
        return occurrences(rule, self.start.wall, first, last, text)

    def _last(self, until: str) -> datetime:
        """UNTIL on the event's own clock; a mere date counts whole."""
        last = read_when(until, {}, self._zone_of, UTC_ZONE)
        if last.is_date:
            return last_of_day(last.wall)
        return self.start.zone.wall(last.instant) if until.endswith("Z") else last.wall

    def _extra_dates(self) -> Iterator[datetime]:
        for value, one in listed(self._event.all("RDATE")):
            if "/" not in value:
                extra = read_when(value, one.parameters, self._zone_of, UTC_ZONE)
                same = extra.is_date or self.start.is_date
                yield self._same_hour(extra) if same else self.start.zone.wall(extra.instant)

    def _same_hour(self, extra: When) -> datetime:
        return datetime.combine(extra.wall.date(), self.start.wall.time())

    def _extra_periods(self) -> Iterator[Span]:
        for value, one in listed(self._event.all("RDATE")):
            if "/" in value:
                start, end = read_period(value, one.parameters, self._zone_of, UTC_ZONE)
                yield start.instant, end

    def _left_out(self) -> tuple[set[object], set[int]]:
        """EXDATE as days, where only a day is written, and as instants."""
        days: set[object] = set()
        instants: set[int] = set()
        for value, one in listed(self._event.all("EXDATE")):
            left = read_when(value, one.parameters, self._zone_of, UTC_ZONE)
            if left.is_date:
                days.add(left.wall.date())
            else:
                instants.add(left.instant)
        return days, instants


def _periods(freebusy: Component, zone_of: ZoneOf) -> Iterator[Span]:
    for value, one in listed(freebusy.all("FREEBUSY")):
        if one.parameters.get("FBTYPE", "BUSY").upper() != "FREE":
            start, end = read_period(value, one.parameters, zone_of, UTC_ZONE)
            yield start.instant, end
