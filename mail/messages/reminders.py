"""The reminder of an appointment: when, with whom, and for the member a link to answer by."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from foundation.settings import Settings
from mail.letter import Letter
from mail.when import full_time, how_soon, other_time
from scheduling.reminder_facts import ReminderFacts, facts_of

HOW = {"video": "by video", "phone": "by phone", "in_person": "in person"}


def reminder(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    about = refs["appointment"], refs["to"]
    found = facts_of(session, [about]).get(about)
    return None if found is None else letter_about(found, refs, settings, now)


def letter_about(
    facts: ReminderFacts, refs: Mapping[str, Any], settings: Settings, now: datetime
) -> Letter | None:
    """None when a later revision has its own, when the person has left, or when it has begun.

    Without a calendar object: nothing has changed.
    """
    if not facts.says(refs["revision"], now):
        return None
    words = _time(facts, now) | _ways(facts, refs.get("link"), settings)
    return Letter(facts.email, "A reminder of your appointment", "appointment_reminder", words)


def _time(facts: ReminderFacts, now: datetime) -> dict[str, Any]:
    """No name of a member, ever; a practitioner's first name, as on every page."""
    zone, times = ZoneInfo(facts.timezone), (facts.starts_at, facts.ends_at)
    return {
        "time": full_time(*times, zone),
        "time_there": other_time(*times, zone, ZoneInfo(facts.practitioner_zone)),
        "soon": how_soon(facts.starts_at, now, zone),
        "practitioner": facts.practitioner.split()[0] if facts.to_member else None,
        "how": HOW[facts.mode],
    }


def _ways(facts: ReminderFacts, token: str | None, settings: Settings) -> dict[str, Any]:
    link = f"{settings.origin}/r/{token}" if token else None
    return {
        "url": f"{settings.origin}/appointments/{facts.appointment_id}",
        "link": link,
        "move_link": f"{link}/move" if link and not facts.is_seat else None,
        "confirmed": facts.confirmed,
        "cost": facts.cost if link else "",
    }
