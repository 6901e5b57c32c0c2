"""VEVENT components from plain facts: one appointment, or what comes weekly, with its exceptions. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.calendars.lines import component, utc, wall, words
from scheduling.recurrence import Change, WeeklyRule, first_due, is_occurrence, lenient_local

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Entry:
    """One appointment as a calendar shows it; `sequence` rises and `changed_at` moves with every change.

    `tentative` is what waits for an answer. One date of a series has the series' uid, and `recurrence_id`:
    its original time, in the series' zone.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    url: str
    tentative: bool = False
    recurrence_id: datetime | None = None


@dataclass(frozen=True)
class Dated:
    """One date of a series, known by its original local date, at an instant of its own."""

    date: date
    starts_at: datetime
    ends_at: datetime
    tentative: bool = False


@dataclass(frozen=True)
class Series:
    """A weekly meeting, or a member's series: the rule in local time, and what is different about dates.

    What a change says in local time, `dated` says as an instant.
    """

    uid: str
    sequence: int
    rule: WeeklyRule
    changes: tuple[Change, ...]
    changed_at: datetime
    summary: str
    url: str
    dated: tuple[Dated, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.rule.timezone)


@dataclass(frozen=True)
class Marks:
    """What an invitation adds to each event: who asks whom, and that it is off."""

    lines: tuple[str, ...] = ()
    status: str | None = None


PLAIN = Marks()


def single_event(entry: Entry, marks: Marks = PLAIN) -> list[str]:
    """A date that does not repeat is an instant, in UTC: right in any program, whatever zones it knows."""
    lines = _common(entry, entry.sequence, marks, tentative=entry.tentative)
    if entry.recurrence_id is not None:
        lines.append(wall("RECURRENCE-ID", entry.recurrence_id))
    return component("VEVENT", [*lines, *_instants(entry)])


def series_events(series: Series, marks: Marks = PLAIN) -> Iterator[list[str]]:
    """The repeating event, then one override for each moved date, all with the same UID."""
    first = first_due(series.rule)
    if series.rule.until is not None and first > series.rule.until:
        return
    yield component("VEVENT", _master(series, first, marks))
    for change in series.changes:
        if not change.cancelled and is_occurrence(series.rule, change.date) and _moves(series.rule, change):
            yield component("VEVENT", _override(series, change, marks))
    for one in series.dated:
        yield component("VEVENT", _dated(series, one, marks))


def _master(series: Series, first: date, marks: Marks) -> list[str]:
    """EXDATE and RECURRENCE-ID name a date by its original local time, as DTSTART has it."""
    minute = series.rule.minute_of_day
    cancelled = {change.date for change in series.changes if change.cancelled}
    return [
        *_common(series, series.sequence, marks),
        *_times(series, first, minute),
        f"RRULE:{_weekly(series)}",
        *(
            wall("EXDATE", _local(series, day, minute))
            for day in sorted(cancelled)
            if is_occurrence(series.rule, day)
        ),
    ]


def _override(series: Series, change: Change, marks: Marks) -> list[str]:
    """A later sequence than the series has, so that no program takes it for the older word."""
    minute = series.rule.minute_of_day if change.new_minute is None else change.new_minute
    return [
        *_common(series, series.sequence + 1, marks),
        _original(series, change.date),
        *_times(series, change.new_date or change.date, minute),
    ]


def _dated(series: Series, one: Dated, marks: Marks) -> list[str]:
    said = _common(series, series.sequence + 1, marks, tentative=one.tentative)
    return [*said, _original(series, one.date), *_instants(one)]


def _original(series: Series, day: date) -> str:
    return wall("RECURRENCE-ID", _local(series, day, series.rule.minute_of_day))


def _instants(facts: Entry | Dated) -> list[str]:
    return [f"DTSTART:{utc(facts.starts_at)}", f"DTEND:{utc(facts.ends_at)}"]


def _common(facts: Entry | Series, sequence: int, marks: Marks, *, tentative: bool = False) -> list[str]:
    """What every event says. The stamp is the last change, never the time of writing (RFC 5545, 3.8.7.2)."""
    changed = utc(facts.changed_at)
    return [
        f"UID:{words(facts.uid)}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{sequence}",
        f"SUMMARY:{words(facts.summary)}",
        "CLASS:PRIVATE",
        f"STATUS:{marks.status or ('TENTATIVE' if tentative else 'CONFIRMED')}",
        "TRANSP:OPAQUE",
        f"URL:{facts.url}",
        *marks.lines,
    ]


def _weekly(series: Series) -> str:
    """UNTIL is an instant, whatever zone the rule is in (RFC 5545, 3.3.10)."""
    rule = series.rule
    parts = ["FREQ=WEEKLY"]
    if rule.until is not None:
        parts.append(f"UNTIL={utc(lenient_local(rule.until, rule.minute_of_day, series.zone))}")
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    return ";".join([*parts, f"BYDAY={_WEEKDAYS[rule.weekday]}"])


def _times(series: Series, day: date, minute: int) -> list[str]:
    """The end is so many real minutes after the start, also across a change of the clocks.

    Where the clocks change in between, an end in local time is read in different ways: the length says it.
    """
    begins = _local(series, day, minute)
    length = timedelta(minutes=series.rule.minutes)
    ends = (lenient_local(day, minute, series.zone) + length).astimezone(series.zone)
    is_plain = not ends.fold and ends.utcoffset() == begins.utcoffset()
    end = wall("DTEND", ends) if is_plain else f"DURATION:PT{series.rule.minutes}M"
    return [wall("DTSTART", begins), end]


def _local(series: Series, day: date, minute: int) -> datetime:
    return datetime.combine(day, datetime.min.time(), series.zone) + timedelta(minutes=minute)


def _moves(rule: WeeklyRule, change: Change) -> bool:
    minute = rule.minute_of_day if change.new_minute is None else change.new_minute
    return (change.new_date or change.date, minute) != (change.date, rule.minute_of_day)
