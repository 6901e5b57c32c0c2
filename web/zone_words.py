"""How far apart two people's clocks are, in words. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from foundation.timewords import clock, zone_city

_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def clocks_apart(viewer: ZoneInfo, other: ZoneInfo, at: datetime) -> str:
    """`two hours earlier`, as the other's clock reads at that instant; nothing when they agree."""
    minutes = _offset(other, at) - _offset(viewer, at)
    if not minutes:
        return ""
    whole, rest = divmod(abs(minutes), 60)
    parts = [_count(whole, "hour")] if whole else []
    parts += [_count(rest, "minute")] if rest else []
    return f"{' and '.join(parts)} {'later' if minutes > 0 else 'earlier'}"


def where_they_are(first_name: str, viewer: ZoneInfo, other: ZoneInfo, at: datetime) -> str:
    """`Dana is in Los Angeles, two hours earlier.`; nothing when both clocks read the same."""
    apart = clocks_apart(viewer, other, at)
    return f"{first_name} is in {zone_city(other)}, {apart}." if apart else ""


def clock_there(viewer: ZoneInfo, other: ZoneInfo, at: datetime) -> str:
    """`1:00 pm` on the other's clock, with the day where it is another one; nothing when both agree."""
    if _offset(viewer, at) == _offset(other, at):
        return ""
    same_day = at.astimezone(viewer).date() == at.astimezone(other).date()
    return clock(at, other) if same_day else f"{clock(at, other)} on {at.astimezone(other):%A}"


def in_words(number: int) -> str:
    """`nine` up to twelve, digits above, as running text has it."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def _count(number: int, word: str) -> str:
    return f"{in_words(number)} {word}" if number == 1 else f"{in_words(number)} {word}s"
