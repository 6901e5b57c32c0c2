"""Somebody was given a way in. The mail says that and nothing else, and holds no secret (R25)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from auth.people import find_person
from foundation.settings import Settings
from mail.letter import Letter


def invited(session: Session, refs: Mapping[str, Any], settings: Settings, _now: datetime) -> Letter | None:
    """Nothing for whoever has left meanwhile."""
    to = find_person(session, refs["person"])
    if to.departed_at is not None:
        return None
    return Letter(to.email, "You can sign in", "person_invited", {"url": f"{settings.origin}/sign-in"})
