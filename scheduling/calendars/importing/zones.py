"""Which zone a TZID stands for: known by name, described by the file, or else the owner's. Pure."""

from datetime import datetime

from scheduling.calendars.importing.components import CalendarFile, Component
from scheduling.calendars.importing.custom_zones import custom_zone
from scheduling.calendars.importing.known_zones import known_zone
from scheduling.calendars.importing.refusals import Unreadable
from scheduling.calendars.importing.times import WHOLE_DAYS, Zone

_MOST_NOTED = 20
_LONGEST_NOTED = 60


class Zones:
    """`unknown` are the names that nobody could make sense of, as the owner may read them."""

    def __init__(self, file: CalendarFile, owners: Zone, start: datetime, end: datetime) -> None:
        self._owners = owners
        self._window = start, end
        self._described = {_name_of(one): one for one in file.zones}
        self._found: dict[str | None, Zone] = {WHOLE_DAYS: owners}
        self.unknown: list[str] = []
        self._found[None] = self._floating(file.zone_name)

    def __call__(self, name: str | None) -> Zone:
        if name not in self._found:
            self._found[name] = self._find(name or "")
        return self._found[name]

    def _floating(self, name: str) -> Zone:
        """Times without a zone are by the calendar's own clock, where it names one."""
        return self._find(name) if name else self._owners

    def _find(self, name: str) -> Zone:
        found = known_zone(name) or self._from_the_file(name)
        if found is not None:
            return found
        if len(self.unknown) < _MOST_NOTED:
            self.unknown.append("".join(one for one in name if one.isprintable())[:_LONGEST_NOTED])
        return self._owners

    def _from_the_file(self, name: str) -> Zone | None:
        described = self._described.get(name)
        if described is None:
            return None
        place = described.one("X-LIC-LOCATION")
        known = known_zone(place.value) if place else None
        try:
            return known or custom_zone(described, *self._window)
        except Unreadable:
            return None


def _name_of(zone: Component) -> str:
    written = zone.one("TZID")
    return written.value.strip().strip('"') if written else ""
