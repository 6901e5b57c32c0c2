"""The call to whoever is on duty, when nobody in the room has answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.people import Person, find_person
from foundation.settings import Settings
from mail.compose import Unsendable
from mail.letter import Letter
from safety.flags import Flag
from safety.handing_on import still_waits
from safety.oncall import whom_to_call


def unclaimed(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """Says that somebody waits, and not why or who: a mail is read on locked phones too."""
    flag, since = session.get_one(Flag, refs["flag"]), refs.get("since")
    if not still_waits(session, flag, datetime.fromisoformat(since) if since else None):
        return None
    called = _called(session, refs["to"], flag.person_id, now)
    words = {"url": f"{settings.origin}/staff/flags/{flag.id}", "helper_away": since is not None}
    return Letter(called.email, "Somebody is waiting for you", "flag_unclaimed", words)


def _called(session: Session, promised_to: str, about: str | None, now: datetime) -> Person:
    """Whoever was to be called, or who answers in their place now that they have left."""
    first = find_person(session, promised_to)
    called = first if first.departed_at is None else whom_to_call(session, now, about=about)
    if called is None:
        raise Unsendable("There is nobody here who could be called.")
    return called
