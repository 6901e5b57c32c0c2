"""Whether something in a calendar takes place within a span of time (RFC 4791, section 9.9). Pure."""

from datetime import UTC, datetime, timedelta

from scheduling.calendars.events import Entry, Series
from scheduling.recurrence import Change, occurrences

BEGINNING = datetime(1971, 1, 1, tzinfo=UTC)
_FAR = timedelta(weeks=60)
"""Longer than any rule pauses: a rule that has no end takes place again within it."""


def takes_place(one: Entry | Series, start: datetime | None, end: datetime | None) -> bool:
    """Whether any of it overlaps [start, end); without a bound, on that side anything does."""
    if isinstance(one, Entry):
        return _overlaps(one.starts_at, one.ends_at, start, end)
    if any(_overlaps(date.starts_at, date.ends_at, start, end) for date in one.dated):
        return True
    return _is_due(one, start, end)


def _is_due(series: Series, start: datetime | None, end: datetime | None) -> bool:
    """By its rule, without the dates that were left out or are told by themselves."""
    elsewhere = tuple(Change(date.date, cancelled=True) for date in series.dated)
    changes = (*series.changes, *elsewhere)
    begin = max(start or BEGINNING, _first_moment(series))
    until = end or max(begin, _last_moment(series)) + _FAR
    return any(not one.cancelled for one in occurrences(series.rule, changes, begin, until))


def _first_moment(series: Series) -> datetime:
    """A week before the rule begins, since a date may have been moved ahead of it."""
    return datetime.combine(series.rule.first, datetime.min.time(), UTC) - timedelta(weeks=1)


def _last_moment(series: Series) -> datetime:
    return datetime.combine(series.rule.until or series.rule.first, datetime.min.time(), UTC)


def _overlaps(starts_at: datetime, ends_at: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (end is None or starts_at < end) and (start is None or ends_at > start)
