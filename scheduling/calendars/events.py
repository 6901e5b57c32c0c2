"""VEVENT components from plain facts: one appointment, or what comes weekly, with its exceptions. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Event, vText

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


def single_event(entry: Entry) -> Event:
    """A date that does not repeat is an instant, in UTC: right in any program, whatever zones it knows."""
    event = _event(entry, entry.sequence)
    if entry.recurrence_id is not None:
        event.add("recurrence-id", entry.recurrence_id)
    _add_instants(event, entry)
    return event


def series_events(series: Series) -> Iterator[Event]:
    """The repeating event, then one override for each moved date, all with the same UID."""
    first = first_due(series.rule)
    if series.rule.until is not None and first > series.rule.until:
        return
    yield _master(series, first)
    for change in series.changes:
        if not change.cancelled and is_occurrence(series.rule, change.date) and _moves(series.rule, change):
            yield _override(series, change)
    for one in series.dated:
        yield _dated(series, one)


def _master(series: Series, first: date) -> Event:
    """EXDATE and RECURRENCE-ID name a date by its original local time, as DTSTART has it."""
    event = _event(series, series.sequence)
    _add_times(event, series, first, series.rule.minute_of_day)
    event.add("rrule", _weekly(series))
    cancelled = [change.date for change in series.changes if change.cancelled]
    for day in sorted(day for day in cancelled if is_occurrence(series.rule, day)):
        event.add("exdate", _local(series, day, series.rule.minute_of_day))
    return event


def _override(series: Series, change: Change) -> Event:
    """A later sequence than the series has, so that no program takes it for the older word."""
    event = _event(series, series.sequence + 1)
    event.add("recurrence-id", _local(series, change.date, series.rule.minute_of_day))
    minute = series.rule.minute_of_day if change.new_minute is None else change.new_minute
    _add_times(event, series, change.new_date or change.date, minute)
    return event


def _dated(series: Series, one: Dated) -> Event:
    event = _event(series, series.sequence + 1)
    event.add("recurrence-id", _local(series, one.date, series.rule.minute_of_day))
    _add_instants(event, one)
    return event


def _add_instants(event: Event, facts: Entry | Dated) -> None:
    event.add("dtstart", facts.starts_at)
    event.add("dtend", facts.ends_at)
    if facts.tentative:
        event["status"] = vText("TENTATIVE")


def _event(facts: Entry | Series, sequence: int) -> Event:
    event = Event()
    event.add("uid", facts.uid)
    event.add("dtstamp", facts.changed_at)
    event.add("last-modified", facts.changed_at)
    event.add("sequence", sequence)
    event.add("summary", facts.summary)
    event.add("class", "PRIVATE")
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("url", facts.url)
    return event


def _weekly(series: Series) -> dict[str, object]:
    rule = series.rule
    weekly: dict[str, object] = {"freq": "weekly", "byday": [_WEEKDAYS[rule.weekday]]}
    if rule.interval > 1:
        weekly["interval"] = rule.interval
    if rule.until is not None:
        weekly["until"] = lenient_local(rule.until, rule.minute_of_day, series.zone)
    return weekly


def _add_times(event: Event, series: Series, day: date, minute: int) -> None:
    """The end is so many real minutes after the start, also across a change of the clocks."""
    starts_at = lenient_local(day, minute, series.zone)
    event.add("dtstart", _local(series, day, minute))
    event.add("dtend", (starts_at + timedelta(minutes=series.rule.minutes)).astimezone(series.zone))


def _local(series: Series, day: date, minute: int) -> datetime:
    return datetime.combine(day, datetime.min.time(), series.zone) + timedelta(minutes=minute)


def _moves(rule: WeeklyRule, change: Change) -> bool:
    minute = rule.minute_of_day if change.new_minute is None else change.new_minute
    return (change.new_date or change.date, minute) != (change.date, rule.minute_of_day)
