"""Weekly hours as they stand in a form: what was typed, kept as it was typed. Pure.

Field names: `from-0` and `until-0` are lists for Monday, `next-0` holds the numbers of the rows that end
after midnight; dates have `date`, `what` (off or hours), `date-from`, `date-until`, `date-next`. The limits
are `daily-limit` and `weekly-limit`, empty for none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest

from werkzeug.datastructures import MultiDict

from scheduling.availability import Override, Window
from scheduling.hours import Hours

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_RANGES = 12
MOST_DATES = 1000
LIMITS = ("daily-limit", "weekly-limit")
_DAY = 1440
_LONGEST_ECHO = 40
_MOST_DIGITS = 4


@dataclass
class RangeRow:
    """One range as typed; `said` puts a range past midnight into words once it is understood."""

    start: str = ""
    until: str = ""
    next_day: bool = False
    error: str = ""
    said: str = ""
    fresh: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.start or self.until)


@dataclass
class DateRow(RangeRow):
    """One line about a date: off, or a range of hours. Several lines may be about the same date."""

    date: str = ""
    off: bool = True
    date_error: str = ""


@dataclass
class HoursDraft:
    timezone: str
    revision: str = "0"
    weekdays: list[list[RangeRow]] = field(default_factory=lambda: [[] for _ in WEEKDAYS])
    dates: list[DateRow] = field(default_factory=list)
    timezone_error: str = ""
    limits: dict[str, str] = field(default_factory=lambda: dict.fromkeys(LIMITS, ""))
    limit_errors: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> list[str]:
        rows = [row for day in self.weekdays for row in day]
        said = [row.error for row in [*rows, *self.dates]] + [row.date_error for row in self.dates]
        return [text for text in [self.timezone_error, *self.limit_errors.values(), *said] if text]


def draft_of(hours: Hours, today: date) -> HoursDraft:
    """The saved hours, with the dates from `today` on."""
    draft = HoursDraft(hours.timezone, str(hours.revision or 0))
    limits = zip(LIMITS, (hours.daily_limit, hours.weekly_limit), strict=True)
    draft.limits = {name: str(most or "") for name, most in limits}
    for window in hours.windows:
        draft.weekdays[window.weekday].append(_row(window))
    for override in hours.overrides:
        if override.date >= today:
            draft.dates += _date_rows(override)
    return draft


def draft_from(form: MultiDict[str, str]) -> HoursDraft:
    """What was sent, however odd; too long texts are cut, too many rows too."""
    draft = HoursDraft(_cut(form.get("timezone", "")), _cut(form.get("revision", "")))
    draft.limits = {name: _cut(form.get(name, "")) for name in LIMITS}
    for number in range(len(WEEKDAYS)):
        typed = _columns(form, f"from-{number}", f"until-{number}")[:MOST_RANGES]
        late = set(form.getlist(f"next-{number}"))
        draft.weekdays[number] = [RangeRow(a, b, str(row) in late) for row, (a, b) in enumerate(typed)]
    late = set(form.getlist("date-next"))
    lines = _columns(form, "date", "what", "date-from", "date-until")[:MOST_DATES]
    draft.dates = [
        DateRow(start, until, str(row) in late, date=day, off=what != "hours")
        for row, (day, what, start, until) in enumerate(lines)
    ]
    return draft


def rearrange(draft: HoursDraft, wish: str) -> bool:
    """Do what a button of the form asks (`add-2`, `remove-2-0`, `add-date`, `remove-date-1`); False: save."""
    verb, _, where = wish.partition("-")
    act = _ACTS.get(verb)
    if act is None:
        return False
    act(draft, where)
    return True


def _add(draft: HoursDraft, where: str) -> None:
    if where == "date":
        draft.dates.append(DateRow(fresh=True))
        return
    day = _number(where)
    if day is not None and day < len(WEEKDAYS) and len(draft.weekdays[day]) < MOST_RANGES:
        draft.weekdays[day].append(RangeRow(fresh=True))


def _remove(draft: HoursDraft, where: str) -> None:
    which, _, row = where.partition("-")
    day, number = _number(which), _number(row)
    rows: list[DateRow] | list[RangeRow] = []
    if which == "date":
        rows = draft.dates
    elif day is not None and day < len(WEEKDAYS):
        rows = draft.weekdays[day]
    if number is not None and number < len(rows):
        del rows[number]


def _number(typed: str) -> int | None:
    """Of a row, as our buttons say it; None for what none of them says."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS else None


_ACTS: dict[str, Callable[[HoursDraft, str], None]] = {"add": _add, "remove": _remove}


def _columns(form: MultiDict[str, str], *names: str) -> list[tuple[str, ...]]:
    columns = [[_cut(text) for text in form.getlist(name)] for name in names]
    return list(zip_longest(*columns, fillvalue=""))


def _cut(text: str) -> str:
    return text.strip()[:_LONGEST_ECHO]


def _row(window: Window) -> RangeRow:
    start, until, late = _typed(window.start_minute, window.end_minute)
    return RangeRow(start, until, late)


def _date_rows(override: Override) -> list[DateRow]:
    day = override.date.isoformat()
    rows = [DateRow(*_typed(start, end), date=day, off=False) for start, end in override.ranges]
    return rows or [DateRow(date=day)]


def _typed(start: int, end: int) -> tuple[str, str, bool]:
    return _hhmm(start), _hhmm(end % _DAY), end >= _DAY


def _hhmm(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
