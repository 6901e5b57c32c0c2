"""Our open meetings in the Meeting Guide format of code4recovery, for finders elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.timewords import local_date, zone_city
from foundation.zones import find_zone
from scheduling.meeting_records import Meeting, MeetingAudience

_DAY_MINUTES = 1440
_HOUR = 60
_WEEK = 7
_OPEN = "O"
_COUNTRIES = {"US": "USA", "GB": "UK"}


@dataclass(frozen=True)
class House:
    """Who lists the meetings: a name, where its pages are, and a place, which some viewers insist on."""

    name: str
    origin: str
    place: str = ""


def meeting_guide(session: Session, house: House, *, now: datetime) -> list[dict[str, Any]]:
    """One object for each weekly meeting that is open to all and still goes on, by slug."""
    open_to_all = select(Meeting).where(Meeting.audience == MeetingAudience.OPEN).order_by(Meeting.slug)
    return [_listing(one, house) for one in session.scalars(open_to_all) if not _is_over(one, now)]


def _is_over(meeting: Meeting, now: datetime) -> bool:
    return meeting.until_date is not None and meeting.until_date < local_date(
        now, find_zone(meeting.timezone)
    )


def _listing(meeting: Meeting, house: House) -> dict[str, Any]:
    """Empty fields are left out. The link is our own page: the call's stays with those who are let in."""
    page = f"{house.origin}/meetings/{meeting.slug}"
    fields = {
        "name": meeting.title,
        "slug": meeting.slug,
        "day": (meeting.weekday + 1) % _WEEK,
        "time": _clock(meeting.minute_of_day),
        "end_time": _clock(meeting.minute_of_day + meeting.minutes),
        "timezone": meeting.timezone,
        "formatted_address": house.place or place_of(meeting.timezone),
        "approximate": "yes",
        "conference_url": page,
        "url": page,
        "types": list(_codes(meeting)),
        "notes": meeting.summary,
        "updated": f"{meeting.changed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        "entity": house.name,
        "entity_url": house.origin,
        "entity_website_url": house.origin,
    }
    return {name: value for name, value in fields.items() if value != ""}


def _clock(minute: int) -> str:
    """Past midnight it is the next day's clock."""
    hours, minutes = divmod(minute % _DAY_MINUTES, _HOUR)
    return f"{hours:02d}:{minutes:02d}"


def _codes(meeting: Meeting) -> Iterator[str]:
    """A type is kept as `program:code`; a feed has only its own program's, and so only the codes."""
    yield _OPEN
    for kept in meeting.types:
        code = kept.rpartition(":")[2]
        if code != _OPEN:
            yield code


@lru_cache(maxsize=64)
def place_of(zone: str) -> str:
    """`Los Angeles, USA`: the city that a zone is named for, and its country where the tables know one."""
    city = zone_city(find_zone(zone))
    code = _countries().get(zone)
    return f"{city}, {_COUNTRIES.get(code, _names().get(code, code))}" if code else city


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    rows = (line.split("\t") for line in _table("zone.tab"))
    return {row[2]: row[0] for row in rows}


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    rows = (line.split("\t") for line in _table("iso3166.tab"))
    return {row[0]: row[1] for row in rows}


def _table(name: str) -> list[str]:
    text = resources.files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
