"""Times as people say them. Every function takes the zone, so that no time is shown without one."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_EVENING = 17


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """`9:00 pm`, for lists."""
    local = instant.astimezone(zone)
    return f"{local.hour % 12 or 12}:{local.minute:02d} {_half(local)}"


def hour(instant: datetime, zone: ZoneInfo) -> str:
    """`9 pm` on the hour, for large type; otherwise as `clock`."""
    local = instant.astimezone(zone)
    return clock(instant, zone) if local.minute else f"{local.hour % 12 or 12} {_half(local)}"


def day(when: datetime | date, zone: ZoneInfo) -> str:
    """`Friday 27 November`."""
    local = local_date(when, zone)
    return f"{local:%A} {local.day} {local:%B}"


def short_day(when: datetime | date, zone: ZoneInfo) -> str:
    """`Fri 27 Nov`."""
    local = local_date(when, zone)
    return f"{local:%a} {local.day} {local:%b}"


def span(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """`12:00 to 12:20 pm`; both halves of the day are named when they differ."""
    first, last = clock(starts_at, zone), clock(ends_at, zone)
    if _half(starts_at.astimezone(zone)) == _half(ends_at.astimezone(zone)):
        first = first.rsplit(" ", 1)[0]
    return f"{first} to {last}"


def zone_city(zone: ZoneInfo) -> str:
    """`Los Angeles` for America/Los_Angeles."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def zone_label(zone: ZoneInfo, at: datetime) -> str:
    """`Chicago (CST)`: the place, and what its clocks are called on that day."""
    name = at.astimezone(zone).tzname() or ""
    if name[:1] in {"+", "-"}:
        name = f"UTC{name}"
    return zone_city(zone) if name == zone_city(zone) else f"{zone_city(zone)} ({name})"


def relative(instant: datetime, now: datetime) -> str:
    """`in 2 hours`, `3 days ago`, `now`; one unit, rounded down, as people say it."""
    seconds = (instant - now).total_seconds()
    amount = _amount(abs(seconds))
    if amount is None:
        return "now"
    return f"in {amount}" if seconds > 0 else f"{amount} ago"


def daypart(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`Tonight`, `Today` or `Tomorrow`, as the person's own calendar has it; otherwise nothing."""
    local, today = instant.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return "Tonight" if local.hour >= _EVENING else "Today"
    return "Tomorrow" if local.date() == today + timedelta(days=1) else ""


def local_date(when: datetime | date, zone: ZoneInfo) -> date:
    """The calendar day in `zone`; a plain date is one already."""
    return when.astimezone(zone).date() if isinstance(when, datetime) else when


def _half(local: datetime) -> str:
    return "am" if local.hour < 12 else "pm"  # noqa: PLR2004 - noon


def _amount(seconds: float) -> str | None:
    for size, word in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {word}" if count == 1 else f"{count} {word}s"
    return None
