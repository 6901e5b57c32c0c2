"""Something short waits for a member: said without a word of what it asks."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.settings import Settings
from mail.letter import Letter
from scheduling.reminder_check_ins import is_still_due
from scheduling.reminder_choices import choice_of


def waits(session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """Nothing once it was answered, or where somebody wants to hear of appointments alone."""
    to = find_person(session, refs["to"])
    if to.departed_at is not None or not choice_of(session, to.id).check_ins:
        return None
    if not is_still_due(session, to.id, date.fromisoformat(refs["day"])):
        return None
    words = {"url": f"{settings.origin}/care", "choices_url": f"{settings.origin}/account/reminders"}
    return Letter(to.email, "A few questions, whenever it suits", "check_in_reminder", words)
