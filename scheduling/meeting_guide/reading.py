"""A Meeting Guide feed, read row by row: what cannot be used is counted by its reason and left out. Pure.

The format: https://github.com/code4recovery/spec. Whatever a row holds is text to show, never markup.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from foundation.zones import zone_names
from scheduling.calendars.importing.refusals import CalendarRefused, too_many, web_page

MOST_ROWS = 12_000
_DAYS = range(7)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?")
_PHONE = re.compile(r"\+?[\d ().-]{5,24}(?:[,*#]+\d+)*#?")
_TAGS = re.compile(r"<[^>]{0,500}>")
_HOUR = 60
_LENGTHS = {"name": 255, "notes": 600, "place": 255, "address": 255, "slug": 64, "group": 120}
_MOST_TYPES = 30
_LONGEST_LINK = 500
_DAY_MINUTES = 1440


@dataclass(frozen=True)
class Row:
    """One weekly meeting; `day` 0 is Sunday, minutes are local to `timezone`, the end may pass midnight."""

    slug: str
    name: str
    day: int
    minute: int
    minutes: int
    timezone: str
    types: list[str]
    url: str
    phone: str
    place: str
    address: str
    notes: str
    link: str


@dataclass(frozen=True)
class Meetings:
    """The rows that can be used, and how many could not be, by the reason in words."""

    rows: list[Row]
    skipped: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        return {"rows": [asdict(row) for row in self.rows], "skipped": self.skipped}


class _Skip(Exception):
    """Why a row is left out, in words."""


def read_meetings(data: bytes) -> Meetings:
    """Raises CalendarRefused when it is no list of meetings at all."""
    rows = _rows(data)
    kept: dict[tuple[str, int], Row] = {}
    skipped: Counter[str] = Counter()
    for row in rows:
        try:
            for one in _meetings(row):
                kept[one.slug, one.day] = one
        except _Skip as reason:
            skipped[str(reason)] += 1
        if len(kept) > MOST_ROWS:
            raise too_many("meetings", MOST_ROWS)
    return Meetings(list(kept.values()), dict(skipped))


def _rows(data: bytes) -> list[Any]:
    if data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise web_page()
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CalendarRefused("not_json", "what came is not JSON, or breaks off in the middle") from error
    if isinstance(found, dict):
        found = found.get("meetings")
    if not isinstance(found, list):
        raise CalendarRefused("not_a_list", "what came is not a list of meetings")
    if len(found) > MOST_ROWS:
        raise too_many("meetings", MOST_ROWS)
    return found


def _meetings(row: Any) -> Iterator[Row]:
    """One for each day of the week that the row names."""
    if not isinstance(row, dict):
        raise _Skip("not a meeting")
    name, slug = _text(row, "name"), _text(row, "slug") or _text(row, "id", "slug")
    if not name or not slug:
        raise _Skip("no name or no slug")
    start = _minute(row.get("time"))
    days = row.get("day")
    days = days if isinstance(days, list) else [days]
    if start is None or not days or any(_day(day) is None for day in days):
        raise _Skip("no day or no time")
    zone = _text(row, "timezone", "name")
    if zone not in zone_names():
        raise _Skip("no time zone we know" if zone else "no time zone")
    for day in sorted({_day(day) or 0 for day in days}):
        yield _made(row, slug, name, day, start, zone)


def _made(row: dict[str, Any], slug: str, name: str, day: int, start: int, zone: str) -> Row:
    url, phone = _address(row.get("conference_url")), _phone(row.get("conference_phone"))
    return Row(
        slug=slug,
        name=name,
        day=day,
        minute=start,
        minutes=_length(start, _minute(row.get("end_time"))),
        timezone=zone,
        types=_types(row.get("types")),
        url=url,
        phone=phone,
        place=_text(row, "location", "place"),
        address=_text(row, "formatted_address", "address") or _joined(row),
        notes=_text(row, "notes"),
        link=_address(row.get("url")),
    )


def _text(row: dict[str, Any], key: str, length: str | None = None) -> str:
    """One line of plain words, cut to its length."""
    value = row.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**18 else ""
    if not isinstance(value, str):
        return ""
    most = _LENGTHS[length or key]
    words = _TAGS.sub(" ", value[: 4 * most])
    shown = "".join(one if one.isprintable() else " " for one in words)
    return " ".join(shown.split())[:most]


def _joined(row: dict[str, Any]) -> str:
    parts = (_text(row, key, "address") for key in ("address", "city", "state", "postal_code", "country"))
    return ", ".join(part for part in parts if part)[: _LENGTHS["address"]]


def _day(value: Any) -> int | None:
    """Some feeds write the number as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) == 1:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value in _DAYS else None


def _minute(value: Any) -> int | None:
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    minute = int(found.group(1)) * _HOUR + int(found.group(2))
    return minute if minute < _DAY_MINUTES and int(found.group(2)) < _HOUR else None


def _length(start: int, end: int | None) -> int:
    """An hour where none is given; an end before the start is on the next day."""
    return _HOUR if end is None or end == start else (end - start) % _DAY_MINUTES


def _types(value: Any) -> list[str]:
    if not isinstance(value, list):
        return []
    codes = [one.strip()[:12] for one in value if isinstance(one, str)]
    return [one for one in dict.fromkeys(codes) if one and one.isprintable()][:_MOST_TYPES]


def _address(value: Any) -> str:
    """An http or https link that names a host and nobody's password; anything else is none."""
    if (
        not isinstance(value, str)
        or len(value) > _LONGEST_LINK
        or any(c.isspace() or not c.isprintable() for c in value)
    ):
        return ""
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.username is None
    except ValueError:
        return ""
    return value if is_whole else ""


def _phone(value: Any) -> str:
    return value.strip() if isinstance(value, str) and _PHONE.fullmatch(value.strip()) else ""
