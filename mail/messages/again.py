"""Another time after one that was cancelled or missed: a link that books once, without signing in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.settings import Settings
from mail.letter import Letter
from mail.when import full_time
from scheduling.again import pass_for
from scheduling.appointment_records import Appointment, Status


def missed(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """Kind words, and no more once the mark was put right."""
    appointment, to = session.get(Appointment, refs["appointment"]), find_person(session, refs["to"])
    if appointment is None or appointment.status != Status.NOSHOW or to.departed_at is not None:
        return None
    words = {
        "time": full_time(appointment.starts_at, appointment.ends_at, ZoneInfo(to.timezone)),
        "practitioner": appointment.practitioner.name.split()[0],
        "again_url": again_url(appointment, settings, now),
        "book_url": f"{settings.origin}/book",
    }
    return Letter(to.email, "We missed you", "appointment_missed", words)


def again_url(appointment: Appointment, settings: Settings, now: datetime) -> str | None:
    """None where one step would not do: the list of what can be booked does then."""
    token = pass_for(settings.secret_key, appointment, now=now)
    return f"{settings.origin}/again/{token}" if token else None
