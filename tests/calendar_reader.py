"""A reader of calendar files that knows nothing of the libraries that wrote them (RFC 5545, what feeds use).

Local times are turned into instants by the VTIMEZONE in the file alone.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Lines = list[tuple[str, dict[str, str], str]]
Changes = list[tuple[datetime, timedelta]]


@dataclass
class Part:
    """A component: its lines as (name, parameters, value), and the components inside."""

    name: str
    lines: Lines = field(default_factory=list)
    parts: list["Part"] = field(default_factory=list)

    def value(self, name: str) -> str:
        return next((value for key, _, value in self.lines if key == name), "")

    def values(self, name: str) -> list[str]:
        return [value for key, _, value in self.lines if key == name]

    def zone(self, name: str) -> str:
        return next((given.get("TZID", "") for key, given, _ in self.lines if key == name), "")

    def all(self, name: str) -> list["Part"]:
        return [part for part in self.parts if part.name == name]


def read_calendar(content: bytes) -> Part:
    """The VCALENDAR; asserts the line rules on the way."""
    assert content.endswith(b"\r\n")
    raw = content.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in raw)
    stack = [Part("")]
    for line in content.decode().replace("\r\n ", "").split("\r\n"):
        if line.startswith("BEGIN:"):
            stack.append(Part(line[6:]))
        elif line.startswith("END:"):
            done = stack.pop()
            assert done.name == line[4:]
            stack[-1].parts.append(done)
        elif line:
            head, _, value = line.partition(":")
            name, *given = head.split(";")
            stack[-1].lines.append((name, dict(one.split("=", 1) for one in given), value))
    return stack[0].parts[0]


def instants(calendar: Part, start: datetime, end: datetime) -> list[tuple[str, datetime, datetime]]:
    """(UID, start, end) of all that begins within [start, end), by time."""
    zones = {part.value("TZID"): _changes(part, end) for part in calendar.all("VTIMEZONE")}
    found: list[tuple[str, datetime, datetime]] = []
    events = calendar.all("VEVENT")
    overrides = [one for one in events if one.value("RECURRENCE-ID")]
    moved = {(one.value("UID"), _wall(one.value("RECURRENCE-ID"))) for one in overrides}
    for event in events:
        length = _length(event, zones)
        walls = _walls(event, zones, end)
        for wall in walls:
            if (event.value("UID"), wall) in moved and event not in overrides:
                continue
            begins = _to_utc(wall, event.zone("DTSTART"), zones)
            found.append((event.value("UID"), begins, begins + length))
    return sorted(one for one in found if start <= one[1] < end)


def _walls(event: Part, zones: dict[str, Changes], end: datetime) -> list[datetime]:
    first = _wall(event.value("DTSTART"))
    if not event.value("RRULE"):
        return [first]
    rule = dict(part.split("=") for part in event.value("RRULE").split(";"))
    assert rule["FREQ"] == "WEEKLY"
    assert WEEKDAYS[first.weekday()] == rule["BYDAY"]
    until = _wall(rule["UNTIL"]).replace(tzinfo=UTC) if "UNTIL" in rule else end
    walls, wall = [], first
    while wall < end.replace(tzinfo=None) + timedelta(days=2):
        if _to_utc(wall, event.zone("DTSTART"), zones) <= until:
            walls.append(wall)
        wall += timedelta(weeks=int(rule.get("INTERVAL", "1")))
    left_out = {_wall(one) for value in event.values("EXDATE") for one in value.split(",")}
    return [wall for wall in walls if wall not in left_out]


def _changes(zone: Part, end: datetime) -> Changes:
    found = []
    for one in zone.parts:
        before = _offset(one.value("TZOFFSETFROM"))
        for wall in _onsets(one, end.year + 1):
            found.append(((wall - before).replace(tzinfo=UTC), _offset(one.value("TZOFFSETTO"))))
    return sorted(found)


def _onsets(observance: Part, last_year: int) -> list[datetime]:
    first = _wall(observance.value("DTSTART"))
    if not observance.value("RRULE"):
        return [first]
    rule = dict(part.split("=") for part in observance.value("RRULE").split(";"))
    days = range(first.year, last_year + 1)
    found = [day for year in days for day in _matching(rule, first, year)]
    return [day for day in found if day >= first]


def _matching(rule: dict[str, str], first: datetime, year: int) -> list[datetime]:
    month = first.replace(year=year, month=int(rule["BYMONTH"]), day=1)
    days = [month + timedelta(days=n) for n in range(31)]
    weekday = WEEKDAYS.index(rule["BYDAY"][-2:])
    named = [day for day in days if day.month == month.month and day.weekday() == weekday]
    if "BYMONTHDAY" in rule:
        return [day for day in named if str(day.day) in rule["BYMONTHDAY"].split(",")]
    nth = int(rule["BYDAY"][:-2])
    return [named[nth - 1 if nth > 0 else nth]]


def _to_utc(wall: datetime, zone: str, zones: dict[str, Changes]) -> datetime:
    if not zone:
        return wall.replace(tzinfo=UTC)
    changes = zones[zone]
    guess = wall.replace(tzinfo=UTC)
    for nearby in (guess - timedelta(days=1), guess + timedelta(days=1)):
        before = changes[max(0, bisect_right(changes, nearby, key=lambda one: one[0]) - 1)][1]
        at = bisect_right(changes, guess - before, key=lambda one: one[0]) - 1
        if changes[max(0, at)][1] == before:
            return guess - before
    return (
        guess
        - changes[max(0, bisect_right(changes, guess - timedelta(days=1), key=lambda one: one[0]) - 1)][1]
    )


def _length(event: Part, zones: dict[str, Changes]) -> timedelta:
    if event.value("DURATION"):
        return timedelta(minutes=int(event.value("DURATION").removeprefix("PT").removesuffix("M")))
    return _instant(event, "DTEND", zones) - _instant(event, "DTSTART", zones)


def _instant(event: Part, name: str, zones: dict[str, Changes]) -> datetime:
    return _to_utc(_wall(event.value(name)), event.zone(name), zones)


def _wall(text: str) -> datetime:
    return datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time


def _offset(text: str) -> timedelta:
    sign, digits = (-1 if text[0] == "-" else 1), text[1:].ljust(6, "0")
    return sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:]))
