"""Reading typed hours: hours that can be saved, or words beside the row that needs another look."""

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from foundation.timewords import clock
from foundation.timewords import day as day_words
from foundation.zones import find_zone, is_zone
from scheduling.availability import Override, Range, Window
from scheduling.hours import Hours
from scheduling.recurrence import NonExistentTime, resolve_local
from web.forms import next_valid
from web.hours_draft import LIMITS, WEEKDAYS, DateRow, HoursDraft, RangeRow

_DAY = 1440
_MOST_SESSIONS = 100
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)? ?(am|pm)?", re.IGNORECASE | re.ASCII)
_UTC = ZoneInfo("UTC")


def read_hours(draft: HoursDraft, *, today: date) -> Hours | None:
    """The hours that the draft says; None when something is not understood, and then its row says what."""
    if not is_zone(draft.timezone):
        draft.timezone_error = "That time zone is not in our list. Choose the place whose clock you work by."
    windows = [window for weekday in range(len(WEEKDAYS)) for window in _weekday(draft, weekday)]
    overrides = _overrides(draft, today)
    daily, weekly = (_limit(draft, name) for name in LIMITS)
    if daily and weekly and weekly < daily:
        draft.limit_errors["weekly-limit"] = "A week cannot have fewer than one of its days."
    if draft.errors:
        return None
    revision = int(draft.revision) if draft.revision.isascii() and draft.revision.isdecimal() else 0
    return Hours(draft.timezone, tuple(windows), tuple(overrides), revision, daily, weekly)


def twelve_hours(minute: int) -> str:
    """`1:00 am`, for a minute of the day or of the night after it."""
    hour, rest = divmod(minute % _DAY, 60)
    return f"{hour % 12 or 12}:{rest:02d} {'am' if hour < 12 else 'pm'}"  # noqa: PLR2004 - noon


def _limit(draft: HoursDraft, name: str) -> int | None:
    typed = draft.limits[name]
    if not typed:
        return None
    if typed.isascii() and typed.isdecimal() and 0 < int(typed) <= _MOST_SESSIONS:
        return int(typed)
    draft.limit_errors[name] = f"Write a whole number from 1 to {_MOST_SESSIONS}, or nothing for no limit."
    return None


def _weekday(draft: HoursDraft, weekday: int) -> list[Window]:
    following = WEEKDAYS[(weekday + 1) % 7]
    ranges = _ranges(draft.weekdays[weekday], following)
    return [Window(weekday, start, end) for start, end in ranges]


def _ranges(rows: list[RangeRow], following: str) -> list[Range]:
    found: list[Range] = []
    for row in rows:
        span = None if row.is_empty else _range(row, following)
        if span is None:
            continue
        clash = next((one for one in found if span[0] < one[1] and one[0] < span[1]), None)
        if clash:
            row.error = f"This overlaps {_span(clash)}. Make one of them shorter, or join them."
        found.append(span)
    return found


def _range(row: RangeRow, following: str) -> Range | None:
    start, until = _minute(row.start), _minute(row.until)
    row.error = _missing(row, start, until)
    if start is None or until is None:
        return None
    if row.next_day:
        until += _DAY
        row.said = f"Ends at {twelve_hours(until)} on {following}."
    row.error = _backwards(start, until)
    return None if row.error else (start, until)


def _missing(row: RangeRow, start: int | None, until: int | None) -> str:
    if not row.start or not row.until:
        return "Say when it ends, too." if row.start else "Say when it starts, too."
    if start is None or until is None:
        typed = row.start if start is None else row.until
        return f"“{typed}” is not a time we can read. Write it like 9:30 or 17:00."
    return ""


def _backwards(start: int, until: int) -> str:
    if until <= start:
        return (
            f"{twelve_hours(until)} is not after {twelve_hours(start)}. "
            "If it ends after midnight, tick “Ends the next day”."
        )
    if until > start + _DAY:
        return "That is longer than a whole day. Does it end on the same day?"
    return ""


def _overrides(draft: HoursDraft, today: date) -> list[Override]:
    by_date: dict[date, list[DateRow]] = {}
    for row in draft.dates:
        day = _date(row, today)
        if day:
            by_date.setdefault(day, []).append(row)
    return [_override(day, rows, draft.timezone) for day, rows in sorted(by_date.items())]


def _date(row: DateRow, today: date) -> date | None:
    if not row.date and row.is_empty:
        return None
    try:
        day = date.fromisoformat(row.date)
    except ValueError:
        row.date_error = "Choose a date, for instance 2026-12-24."
        return None
    if day < today:
        row.date_error = "That date is over. Choose today or a later one."
        return None
    if day > today + timedelta(days=1500):
        row.date_error = "That is more than four years ahead. Look at the year again."
        return None
    return day


def _override(day: date, rows: list[DateRow], timezone: str) -> Override:
    working = [row for row in rows if not row.off]
    if working and len(working) < len(rows):
        working[0].error = f"{_spoken(day)} is also there as a day off. Keep one of the two."
        return Override(day)
    for row in working:
        if row.is_empty:
            row.error = "Say from when until when, or choose “Day off”."
    ranges = _ranges(list(working), f"{day + timedelta(days=1):%A}")
    for row in working:
        _refuse_skipped(row, day, timezone)
    return Override(day, tuple(sorted(ranges)))


def _refuse_skipped(row: DateRow, day: date, timezone: str) -> None:
    """A date is one real day: an hour that its clocks jump over is a mistake. Weekly hours may have one."""
    if row.error or not is_zone(timezone):
        return
    zone = find_zone(timezone)
    for text, late in ((row.start, False), (row.until, row.next_day)):
        minute, on = _minute(text) or 0, day + timedelta(days=late)
        try:
            resolve_local(on, minute, zone)
        except NonExistentTime:
            row.error = (
                f"{twelve_hours(minute)} does not exist on {_spoken(on)}: the clocks go forward. "
                f"{clock(next_valid(on, minute, zone), zone)} does."
            )
            return


def _minute(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if not match:
        return None
    hour, rest, half = int(match[1]), int(match[2]), (match[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a twelve-hour clock
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 60 + rest if hour < 24 and rest < 60 else None  # noqa: PLR2004 - a day, an hour


def _span(one: Range) -> str:
    return f"{twelve_hours(one[0])} to {twelve_hours(one[1])}"


def _spoken(day: date) -> str:
    return day_words(day, _UTC)
