"""Somebody was asked to choose a time. The service's name may say something, so the mail does not name it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.settings import Settings
from mail.letter import Letter
from scheduling.service_invitations import is_invited
from scheduling.services import service_of


def choose_a_time(
    session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime
) -> Letter | None:
    """Nothing once it was taken back, or when the service is no longer offered."""
    service, to = service_of(session, refs["service"]), find_person(session, refs["to"])
    if not service.active or to.departed_at is not None or not is_invited(session, service.id, to.id):
        return None
    words = {"minutes": service.minutes, "url": f"{settings.origin}/book"}
    return Letter(to.email, "You can choose a time", "service_invitation", words)
