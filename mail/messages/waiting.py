"""A time that came free is kept for somebody, or is so no more: told to the one who waits."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.people import Person, find_person
from foundation.settings import Settings
from foundation.timewords import clock, day, zone_label
from mail.letter import Letter
from mail.when import full_time
from scheduling.waitlist_records import WaitlistEntry, WaitState


def offer(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """None once it was answered, or has ended."""
    entry, to = _found(session, refs)
    if (
        entry is None
        or entry.state != WaitState.OFFERED
        or entry.expires_at is None
        or entry.expires_at <= now
    ):
        return None
    zone = ZoneInfo(to.timezone)
    until = f"{day(entry.expires_at, zone)}, {clock(entry.expires_at, zone)}"
    words = _words(session, entry, to, settings) | {
        "until": f"{until}, {zone_label(zone, entry.expires_at)}",
        "more": len(entry.kept) - 1 if entry.series_id else 0,
    }
    return Letter(to.email, "A time has come free", "waitlist_offer", words)


def over(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """None when they have left the list, or have a newer offer."""
    entry, to = _found(session, refs)
    if entry is None or entry.state != WaitState.WAITING:
        return None
    words = _words(session, entry, to, settings)
    return Letter(to.email, "The time that was kept for you", "waitlist_over", words)


def _found(session: Session, refs: Mapping[str, Any]) -> tuple[WaitlistEntry | None, Person]:
    entry, to = session.get(WaitlistEntry, refs["entry"]), find_person(session, refs["to"])
    stale = entry is None or entry.offers != refs["offer"] or to.departed_at is not None
    return None if stale else entry, to


def _words(session: Session, entry: WaitlistEntry, to: Person, settings: Settings) -> dict[str, Any]:
    if entry.starts_at is None or entry.offered_practitioner_id is None:
        raise LookupError("an offer has a time and a person")
    ends_at = entry.starts_at + timedelta(minutes=entry.service.minutes)
    return {
        "time": full_time(entry.starts_at, ends_at, ZoneInfo(to.timezone)),
        "practitioner": find_person(session, entry.offered_practitioner_id).name.split()[0],
        "url": f"{settings.origin}/waitlist",
    }
