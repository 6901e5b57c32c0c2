"""Zones that go by a name we know, in any of the ways in which programs write it. Pure."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from scheduling.calendars.importing.times import Zone
from scheduling.calendars.importing.windows_zones import WINDOWS_ZONES

_UTC_NAMES = {"utc", "gmt", "z", "etc/utc", "tzone://microsoft/utc", "coordinated universal time"}


class KnownZone:
    """An IANA zone, by the machine's own tables rather than by what the file says of it."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def instant(self, wall: datetime) -> int:
        return int(wall.replace(tzinfo=self._zone, fold=0).timestamp())

    def wall(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant, UTC).astimezone(self._zone).replace(tzinfo=None)


UTC_ZONE: Zone = KnownZone(ZoneInfo("UTC"))


@lru_cache(maxsize=512)
def known_zone(name: str) -> Zone | None:
    """By its IANA name, also behind a prefix such as `/mozilla.org/20050126_1/`, or by its Windows name."""
    plain = name.strip().strip('"')
    if plain.lower() in _UTC_NAMES:
        return UTC_ZONE
    parts = plain.strip("/").split("/")
    for start in range(len(parts)):
        found = _iana("/".join(parts[start:]).replace(" ", "_"))
        if found is not None:
            return KnownZone(ZoneInfo(found))
    windows = _windows().get(plain.lower())
    return KnownZone(ZoneInfo(windows)) if windows else None


def _iana(name: str) -> str | None:
    return _names().get(name.lower())


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    return {name.lower(): iana for name, iana in WINDOWS_ZONES.items()}
