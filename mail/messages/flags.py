"""The call to whoever is on duty, when nobody in the room has answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.settings import Settings
from mail.letter import Letter
from safety.flags import is_unclaimed


def unclaimed(session: Session, refs: Mapping[str, Any], settings: Settings, _now: datetime) -> Letter | None:
    """Says that somebody waits, and not why or who: a mail is read on locked phones too."""
    if not is_unclaimed(session, refs["flag"]):
        return None
    called = find_person(session, refs["to"])
    return Letter(
        called.email, "Somebody is waiting for you", "flag_unclaimed", {"url": f"{settings.origin}/staff/live"}
    )
