"""How a calendar kept elsewhere is doing, as its owner reads it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from foundation.timewords import clock, day, local_date
from scheduling.calendars.importing.health import TRUSTED_FOR, Health, State, health_of
from scheduling.calendars.importing.records import BusySource

_WEEK = timedelta(days=6)
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
BADGES = {
    State.WAITING: ("Not read yet", "wait", "wait"),
    State.GOOD: ("Up to date", "check", "good"),
    State.BROKEN: ("Broken", "alert", "held"),
    State.KEPT: ("A file", "check", "good"),
}
"""(word, icon, tone)."""


@dataclass(frozen=True)
class Shown:
    """One calendar on the page; `lines` say how it is, `notes` what its owner may want to put right there."""

    source: BusySource
    state: State
    badge: tuple[str, str, str]
    lines: list[str]
    notes: list[str]


def shown(source: BusySource, zone: ZoneInfo, *, now: datetime) -> Shown:
    health = health_of(source, now=now)
    return Shown(source, health.state, BADGES[health.state], _lines(health, zone, now), _notes(source))


def age(since: datetime, now: datetime) -> str:
    """`3 h old`, `12 minutes old`, `just now`."""
    seconds = int((now - since).total_seconds())
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{_count(seconds // _MINUTE, 'minute')} old"
    return f"{seconds // _HOUR} h old" if seconds < 2 * _DAY else f"{seconds // _DAY} days old"


def since(moment: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """`Tuesday` within the last week, else the date; today by the clock."""
    days = local_date(now, zone) - local_date(moment, zone)
    if not days:
        return clock(moment, zone)
    return f"{moment.astimezone(zone):%A}" if days <= _WEEK else day(moment, zone)


def _lines(health: Health, zone: ZoneInfo, now: datetime) -> list[str]:
    copy = f"Last good copy {age(health.copy_at, now)}." if health.copy_at else "There is no good copy yet."
    looks = f"Next look at {clock(health.next_at, zone)}." if health.next_at else ""
    if health.state == State.WAITING:
        return ["It is looked at within a minute."]
    if health.state == State.KEPT:
        uploaded = f"Uploaded {age(health.copy_at, now)}." if health.copy_at else ""
        return [
            uploaded.replace(" old.", " ago."),
            "A file is not looked at again: upload a newer one instead.",
        ]
    if health.state == State.GOOD or health.broken_since is None:
        return [copy, looks]
    broken = f"Broken since {since(health.broken_since, zone, now=now)}: {health.problem}."
    kept = "What was busy stays busy." if health.copy_at else "Nothing of it keeps time busy here."
    asks = "By now members ask you first, instead of booking at once." if _asks(health, now) else ""
    return [broken, f"{copy} {kept}", asks, looks]


def _asks(health: Health, now: datetime) -> bool:
    return health.broken_since is not None and now - health.broken_since > TRUSTED_FOR


def _notes(source: BusySource) -> list[str]:
    found = []
    if source.unknown_zones:
        names = ", ".join(f"“{name}”" for name in source.unknown_zones)
        found.append(f"We do not know the time zone {names}: those times are read as yours.")
    if source.unreadable:
        entries = _count(source.unreadable, "entry", "entries")
        found.append(f"{entries} could not be read, and keep no time busy. Look at them there.")
    return found


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
