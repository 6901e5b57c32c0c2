"""RRULE, as far as we work one out (RFC 5545 section 3.3.10). Pure.

The libraries that expand rules burn minutes on a line of 200 bytes. So a rule has to pass a list of what is
allowed, a list that leaves out nothing that people plan; and what is left has a budget of processor time.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from dateutil.rrule import DAILY, HOURLY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

from scheduling.calendars.importing.budget import within
from scheduling.calendars.importing.refusals import Unreadable, bad_rule

FREQUENCIES: dict[str, int] = {
    "HOURLY": HOURLY,
    "DAILY": DAILY,
    "WEEKLY": WEEKLY,
    "MONTHLY": MONTHLY,
    "YEARLY": YEARLY,
}
MOST_COUNT = 10_000
LONGEST_INTERVAL = 1_000
MOST_TIMES_A_DAY = 24
RULE_SECONDS = 0.3
_MOST_NUMBERS = 400
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NUMBERS = {
    "BYSECOND": (0, 59), "BYMINUTE": (0, 59), "BYHOUR": (0, 23), "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366), "BYWEEKNO": (-53, 53), "BYMONTH": (1, 12), "BYSETPOS": (-366, 366),
}  # fmt: skip
_FURTHEST_NTH = 53
_LONGEST_NUMBER = 9


def read_rule(text: str) -> dict[str, Any]:
    """What `dateutil` takes, besides `until` as it was written. Raises CalendarRefused and Unreadable."""
    parts = dict(_part(one) for one in text.strip().strip(";").split(";"))
    rule: dict[str, Any] = {"freq": _frequency(parts.pop("FREQ", ""))}
    rule["interval"] = _interval(parts.pop("INTERVAL", "1"))
    if "COUNT" in parts:
        rule["count"] = _count(parts.pop("COUNT"))
    if "UNTIL" in parts:
        rule["until"] = parts.pop("UNTIL")
        rule.pop("count", None)  # both is no rule at all; the longer reading keeps more time busy
    if "WKST" in parts:
        rule["wkst"] = _weekday(parts.pop("WKST"))
    if "BYDAY" in parts:
        rule["byweekday"] = [_weekday(one) for one in _several(parts.pop("BYDAY"))]
    for name, value in parts.items():
        if name not in _NUMBERS:
            raise Unreadable(f"{name} in a rule")
        rule[name.lower()] = _numbers(name, value)
    _check_times_a_day(rule)
    return rule


def occurrences(
    rule: dict[str, Any], first: datetime, start: datetime, end: datetime, text: str
) -> Iterator[datetime]:
    """Wall times in [start, end], the first of all being `first`; `text` is the rule as written.

    Raises CalendarRefused: too much work.
    """
    with within(RULE_SECONDS, text):
        made = rrule(dtstart=_nearer(rule, first, start), cache=False, **rule)
        found = [one for one in takewhile(lambda one: one <= end, made) if one >= start]
    return iter(found)


def _nearer(rule: dict[str, Any], first: datetime, start: datetime) -> datetime:
    """A later beginning with the same dates from `start` on, for rules that count days or weeks."""
    unit = {DAILY: timedelta(days=1), WEEKLY: timedelta(weeks=1)}.get(rule["freq"])
    ahead = start - first - timedelta(weeks=2)
    if unit is None or "count" in rule or ahead <= timedelta(0):
        return first
    step: timedelta = unit * rule["interval"]
    steps: int = ahead // step
    return first + steps * step


def _part(one: str) -> tuple[str, str]:
    name, equals, value = one.partition("=")
    if not equals:
        raise Unreadable("a rule")
    return name.strip().upper(), value.strip().upper()


def _frequency(name: str) -> int:
    if name in {"SECONDLY", "MINUTELY"}:
        raise bad_rule(f"FREQ={name}", "nothing that people plan repeats so often")
    if name not in FREQUENCIES:
        raise Unreadable("a rule without a frequency")
    return FREQUENCIES[name]


def _interval(text: str) -> int:
    number = _whole(text)
    if number is None or not 1 <= number <= LONGEST_INTERVAL:
        raise bad_rule(f"INTERVAL={text}", f"it must be from 1 to {LONGEST_INTERVAL:,}")
    return number


def _count(text: str) -> int:
    number = _whole(text)
    if number is None or not 1 <= number <= MOST_COUNT:
        raise bad_rule(f"COUNT={text}", f"it must be from 1 to {MOST_COUNT:,}")
    return number


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


def _several(text: str) -> list[str]:
    found = text.split(",")
    if len(found) > _MOST_NUMBERS:
        raise bad_rule("BY... in a rule", f"a list may have {_MOST_NUMBERS} numbers at most")
    return found


def _numbers(name: str, text: str) -> list[int]:
    least, most = _NUMBERS[name]
    found = []
    for one in _several(text):
        number = _whole(one.lstrip("+-"))
        if number is None or (number == 0 and least < 0):
            raise Unreadable(name)
        found.append(-number if one.startswith("-") else number)
    if not all(least <= number <= most for number in found):
        raise Unreadable(name)
    return found


def _weekday(text: str) -> weekday:
    name, nth = text[-2:], text[:-2]
    number = _whole(nth.lstrip("+-")) if nth else 0
    if name not in _WEEKDAYS or number is None or number > _FURTHEST_NTH or (nth and not number):
        raise Unreadable("BYDAY")
    made = weekday(_WEEKDAYS.index(name))
    return made(-number if nth.startswith("-") else number) if number else made


def _check_times_a_day(rule: dict[str, Any]) -> None:
    times = 1
    for name in ("byhour", "byminute", "bysecond"):
        times *= len(set(rule.get(name, [0])))
    if rule["freq"] == HOURLY and "byhour" not in rule:
        times *= MOST_TIMES_A_DAY
    if times > MOST_TIMES_A_DAY:
        raise bad_rule("BYMINUTE or BYSECOND", f"{times:,} times a day; {MOST_TIMES_A_DAY} are the most")


def last_of_day(day: datetime) -> datetime:
    """The last second of that date."""
    return day.replace(hour=23, minute=59, second=59)
