"""The way in: a link, and a code for the browser that asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from foundation.settings import Settings
from mail.letter import Letter


def link(_session: Session, refs: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """Nothing once it is over: an old link in an inbox only puzzles."""
    expires_at = datetime.fromisoformat(refs["expires_at"])
    if expires_at <= now:
        return None
    minutes = max(1, round((expires_at - now).total_seconds() / 60))
    words = {"code": refs["code"], "url": f"{settings.origin}/sign-in/{refs['token']}", "minutes": minutes}
    return Letter(refs["email"], "Your sign-in code", "signin_link", words)
