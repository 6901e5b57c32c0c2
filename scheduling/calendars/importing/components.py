"""Components of RFC 5545 section 3.6, as far as busy time needs them: events, zones, free-busy. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scheduling.calendars.importing.lines import Property, properties
from scheduling.calendars.importing.refusals import (
    bad_rule,
    no_calendar,
    too_deep,
    too_many,
    truncated,
    web_page,
)

DEEPEST = 5
MOST_COMPONENTS = 60_000
MOST_EVENTS = 20_000
MOST_LISTED = 5_000
MOST_RINGS = 100
_MOST_DIGITS = 4
_KEPT = {"VEVENT", "VTIMEZONE", "VFREEBUSY"}


@dataclass
class Component:
    """Its properties by name, in order; `parts` are those of a zone."""

    kind: str
    properties: dict[str, list[Property]] = field(default_factory=dict)
    parts: list["Component"] = field(default_factory=list)

    def one(self, name: str) -> Property | None:
        found = self.properties.get(name)
        return found[0] if found else None

    def all(self, name: str) -> list[Property]:
        return self.properties.get(name, [])

    def word(self, name: str) -> str:
        """The value in capitals, empty without one."""
        found = self.one(name)
        return found.word if found else ""


@dataclass
class CalendarFile:
    events: list[Component] = field(default_factory=list)
    zones: list[Component] = field(default_factory=list)
    freebusy: list[Component] = field(default_factory=list)
    zone_name: str = ""


def read_components(data: bytes) -> CalendarFile:
    """What the file holds. Raises CalendarRefused: no calendar, broken off, too deep, too much, a bomb."""
    _look_at_the_start(data)
    reader = _Reader()
    for one in properties(data):
        reader.take(one)
    if not reader.begun:
        raise no_calendar()
    if reader.open:
        raise truncated()
    return reader.file


def _look_at_the_start(data: bytes) -> None:
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        raise web_page()
    if start[:15].upper() != b"BEGIN:VCALENDAR":
        raise no_calendar()


class _Reader:
    def __init__(self) -> None:
        self.file = CalendarFile()
        self.open: list[Component] = []
        self.begun = False
        self.count = 0

    def take(self, one: Property) -> None:
        if one.name == "BEGIN":
            self._begin(one.word)
        elif one.name == "END":
            self._end(one.word)
        elif self.open:
            self._keep(one)

    def _begin(self, kind: str) -> None:
        self.begun = self.begun or kind == "VCALENDAR"
        self.count += 1
        if len(self.open) >= DEEPEST:
            raise too_deep(DEEPEST)
        if self.count > MOST_COMPONENTS:
            raise too_many("parts", MOST_COMPONENTS)
        self.open.append(Component(kind))

    def _end(self, kind: str) -> None:
        if not self.open or self.open[-1].kind != kind:
            raise truncated()
        ended = self.open.pop()
        if ended.kind in {"STANDARD", "DAYLIGHT"} and self.open and self.open[-1].kind == "VTIMEZONE":
            self.open[-1].parts.append(ended)
        elif ended.kind in _KEPT:
            self._file(ended)

    def _file(self, ended: Component) -> None:
        lists = {"VEVENT": self.file.events, "VTIMEZONE": self.file.zones, "VFREEBUSY": self.file.freebusy}
        lists[ended.kind].append(ended)
        if len(self.file.events) > MOST_EVENTS:
            raise too_many("entries", MOST_EVENTS)

    def _keep(self, one: Property) -> None:
        holder = self.open[-1]
        if holder.kind == "VCALENDAR" and one.name == "X-WR-TIMEZONE":
            self.file.zone_name = self.file.zone_name or one.value.strip()
        if one.name == "EXRULE":
            raise bad_rule("EXRULE", "no calendar program writes it any more")
        if one.name == "REPEAT":
            _check_rings(one)
        named = holder.properties.setdefault(one.name, [])
        named.append(one)
        if len(named) > MOST_LISTED:
            raise too_many(f"{one.name} lines in one entry", MOST_LISTED)


def _check_rings(one: Property) -> None:
    """An alarm rings nowhere here, and still: who writes such a number means harm."""
    value = one.value.strip()
    if not value.isdecimal() or len(value) > _MOST_DIGITS or int(value) > MOST_RINGS:
        raise bad_rule(f"VALARM REPEAT:{value}", f"an alarm may ring {MOST_RINGS} times at most")


def listed(found: Iterable[Property]) -> list[tuple[str, Property]]:
    """Each value of properties that hold several, with the property it stands in."""
    values = [(value.strip(), one) for one in found for value in one.value.split(",") if value.strip()]
    if len(values) > MOST_LISTED:
        raise too_many("dates listed in one entry", MOST_LISTED)
    return values
