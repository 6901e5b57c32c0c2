"""Until when a freed time is kept for one person. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(8)
NIGHT = time(22)


def offer_until(now: datetime, zone: ZoneInfo, minutes: int, latest: datetime) -> datetime:
    """`minutes` from now, in UTC, and never after `latest`.

    An offer does not run out at night, between 22:00 and 8:00 in the person's own `zone`: it then lasts
    until so many minutes after eight.
    """
    ends = now + timedelta(minutes=minutes)
    local = ends.astimezone(zone)
    if local.time() >= NIGHT or local.time() < MORNING:
        day = local.date() + timedelta(days=1 if local.time() >= NIGHT else 0)
        morning = datetime.combine(day, MORNING, zone).astimezone(UTC)
        ends = morning + timedelta(minutes=minutes)
    return min(ends, latest)
