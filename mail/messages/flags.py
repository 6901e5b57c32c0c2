"""The call to whoever is on duty, when nobody in the room has answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.people import Person, find_person
from foundation.settings import Settings
from mail.compose import Unsendable
from mail.letter import Letter
from safety.flags import Flag, is_unclaimed
from safety.oncall import whom_to_call
from scheduling.listening import is_about_a_room


def unclaimed(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """Says that somebody waits, and not why or who: a mail is read on locked phones too."""
    if not is_unclaimed(session, refs["flag"]):
        return None
    called = _called(session, refs["to"], now)
    words = {"url": f"{settings.origin}{_where(session, refs['flag'])}"}
    return Letter(called.email, "Somebody is waiting for you", "flag_unclaimed", words)


def _where(session: Session, flag_id: str) -> str:
    """The desk of the rooms, or the alert's own page where no room is about it."""
    flag = session.get_one(Flag, flag_id)
    return "/staff/live" if is_about_a_room(flag) else f"/staff/flags/{flag.id}"


def _called(session: Session, promised_to: str, now: datetime) -> Person:
    """Whoever was to be called, or who answers in their place now that they have left."""
    first = find_person(session, promised_to)
    called = first if first.departed_at is None else whom_to_call(session, now)
    if called is None:
        raise Unsendable("There is nobody here who could be called.")
    return called
