"""VTIMEZONE: what a calendar program needs to read our local times, written from the zone's own file.

Changes that follow the zone's yearly rule are RRULEs: several programs read lists of dates an hour late.
What no rule describes is written as one observance for each change: past decisions of governments, and zones
whose clocks follow the moon (Africa/Casablanca, Africa/El_Aaiun, Asia/Gaza, Asia/Hebron), up to LAST_YEAR.
"""

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, takewhile

from scheduling.calendars.lines import component
from scheduling.calendars.zone_files import Offset, Onset, ZoneFile, read_zone
from scheduling.calendars.zone_rules import YearlyDay, YearlyRule, read_rule

Observance = list[str]
Recurrence = dict[str, list[str]]

FIRST_YEAR = 2020
LAST_YEAR = 2050
_RARELY = 12  # a change on "the first of November, if a Friday" comes at least that often, in years
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LAST = 5
_ALWAYS = datetime(1970, 1, 1)  # noqa: DTZ001 - observances are local


def vtimezone(name: str) -> list[str]:
    """The lines within the component for an IANA zone, right from 2020 on. Raises UnknownZone."""
    zone = read_zone(name)
    rule = read_rule(zone.footer)
    told, ruled = _divide(zone, rule)
    observances = (*_history(zone, told, ruled), *_yearly(rule, ruled))
    return [f"TZID:{name}", *chain.from_iterable(observances)]


def _divide(zone: ZoneFile, rule: YearlyRule) -> tuple[list[Onset], list[Onset]]:
    """(changes to be told one by one, changes the rule makes), where the rule begins as early as it holds."""
    by_rule = list(rule.onsets(1970, LAST_YEAR + _RARELY))
    last = zone.onsets[-1].at if zone.onsets else -1
    past = [onset for onset in by_rule if onset.at <= last]
    pairs = zip(reversed(zone.onsets), reversed(past), strict=False)
    agreeing = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    ruled = by_rule[len(past) - agreeing :]
    end = ruled[0].at if ruled else _year(LAST_YEAR + 1)
    return [onset for onset in zone.onsets if onset.at < end], ruled


def _history(zone: ZoneFile, told: list[Onset], ruled: list[Onset]) -> Iterator[Observance]:
    start, end = _year(FIRST_YEAR), _year(LAST_YEAR + 1)
    if ruled and ruled[0].at <= start:
        return
    earlier = [onset.after for onset in told if onset.at <= start]
    in_force = earlier[-1] if earlier else zone.first
    yield _observance(_ALWAYS, in_force, in_force)
    for onset in told:
        if start < onset.at < end:
            yield _observance(_wall(onset), onset.before, onset.after)


def _yearly(rule: YearlyRule, ruled: list[Onset]) -> Iterator[Observance]:
    if not ruled or ruled[0].at >= _year(LAST_YEAR + 1):
        return
    for day, before, after in rule.changes():
        walls = [_wall(onset) for onset in ruled if onset.after == after]
        for recurrence in _recurrences(day):
            first = next(wall for wall in walls if _falls_on(wall, recurrence))
            yield _observance(first, before, after, recurrence)


def _recurrences(day: YearlyDay) -> list[Recurrence]:
    """The RRULE parts for one yearly change; two rules where its seven possible days cross a month's end."""
    if day.days_later == 0:
        nth = -1 if day.week == _LAST else day.week
        return [{"BYDAY": [f"{nth}{_WEEKDAYS[day.weekday]}"], "BYMONTH": [str(day.month)]}]
    weekday = (day.weekday + day.days_later) % 7
    possible: dict[int, list[str]] = {}
    for month, number in _possible_days(day):
        possible.setdefault(month, []).append(str(number))
    return [
        {"BYDAY": [_WEEKDAYS[weekday]], "BYMONTHDAY": numbers, "BYMONTH": [str(month)]}
        for month, numbers in possible.items()
    ]


def _possible_days(day: YearlyDay) -> list[tuple[int, int]]:
    """The seven (month, day) on which it can fall. No zone changes its clocks about the end of February."""
    year = FIRST_YEAR + 1
    last = calendar.monthrange(year, day.month)[1] if day.week == _LAST else 7 * day.week
    end = datetime(year, day.month, last, tzinfo=UTC) + timedelta(days=day.days_later)
    days = [end - timedelta(days=back) for back in range(6, -1, -1)]
    return [(one.month, one.day) for one in days]


def _falls_on(wall: datetime, recurrence: Recurrence) -> bool:
    days = recurrence.get("BYMONTHDAY", [str(wall.day)])
    return str(wall.month) in recurrence["BYMONTH"] and str(wall.day) in days


def _observance(
    wall: datetime, before: Offset, after: Offset, recurrence: Recurrence | None = None
) -> Observance:
    """DAYLIGHT puts clocks forward for a season, whatever the zone calls it (Dublin calls it standard)."""
    seasonal = after.seconds > before.seconds and (before.is_dst or after.is_dst)
    lines = [
        f"DTSTART:{wall:%Y%m%dT%H%M%S}",
        f"TZNAME:{after.name}",
        f"TZOFFSETFROM:{_offset(before)}",
        f"TZOFFSETTO:{_offset(after)}",
    ]
    if recurrence:
        parts = (f"{name}={','.join(values)}" for name, values in recurrence.items())
        lines.append(";".join(("RRULE:FREQ=YEARLY", *parts)))
    return component("DAYLIGHT" if seasonal else "STANDARD", lines)


def _offset(offset: Offset) -> str:
    """`-0800`; with seconds only where a zone has some."""
    minutes, seconds = divmod(abs(offset.seconds), 60)
    sign = "-" if offset.seconds < 0 else "+"
    return f"{sign}{minutes // 60:02}{minutes % 60:02}" + (f"{seconds:02}" if seconds else "")


def _wall(onset: Onset) -> datetime:
    """What clocks showed at that moment, before they were changed."""
    return datetime.fromtimestamp(onset.at + onset.before.seconds, UTC).replace(tzinfo=None)


def _year(number: int) -> int:
    return int(datetime(number, 1, 1, tzinfo=UTC).timestamp())
