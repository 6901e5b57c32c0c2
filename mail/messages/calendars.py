"""A calendar kept elsewhere cannot be read any more: its owner is told, once, and without its name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.settings import Settings
from foundation.timewords import clock, day, zone_label
from mail.letter import Letter
from scheduling.calendars.importing.records import BusySource


def broken(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """None once it was removed, or can be read again."""
    source, to = session.get(BusySource, refs["source"]), find_person(session, refs["to"])
    if (
        source is None
        or source.broken_since is None
        or source.owner_id != to.id
        or to.departed_at is not None
    ):
        return None
    zone, since = ZoneInfo(to.timezone), source.broken_since
    words = {
        "since": f"{day(since, zone)}, {clock(since, zone)}, {zone_label(zone, since)}",
        "has_copy": source.copied_at is not None,
        "url": f"{settings.origin}/staff/availability/elsewhere",
    }
    return Letter(to.email, "A calendar needs another look", "calendar_broken", words)
